import browser as browsers
import pytest
from small_net import small_artifacts

import bitgraph
from bitgraph import files
from bitgraph.pictures.planned import planned
from bitgraph.pictures.writing import write_page


@pytest.fixture(scope="session")
def config():
    return bitgraph.Config(batch=256)


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    return small_artifacts(tmp_path_factory.mktemp("pictures") / "small")


@pytest.fixture(scope="session")
def model(directory):
    return files.load(directory).model


@pytest.fixture(scope="session")
def optimized(model, config):
    return bitgraph.optimize(model, config)


@pytest.fixture(scope="session")
def page(model, optimized, config):
    return planned("small", model, optimized, config, bitgraph.pareto(model, config))


@pytest.fixture(scope="session")
def report(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_page(page, path)
    return path


@pytest.fixture(scope="session")
def shared_browser():
    with browsers.browser() as started:
        yield started


@pytest.fixture
def opened(shared_browser):
    """Open a page from disk, without a network; whatever it complains about fails the test."""
    contexts, complaints = [], []

    def open_page(path, width=1200, height=900, **options):
        context = shared_browser.new_context(
            viewport={"width": width, "height": height}, offline=True, reduced_motion="reduce", **options
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda asked: complaints.append(asked.url))
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert [each for each in complaints if not each.startswith(("file:", "data:"))] == []
