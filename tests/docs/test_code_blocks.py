"""Every block of code in README and docs: shell and Python are run, TOML is read by a command.

The blocks of a page run one after the other, as a reader would run them, in a directory that has what the
pages name; a command that several pages have in common runs once. Of other programs than bitgraph it is
checked that the target, preset or extra is there. C++, Java, Kotlin, C#, Swift and Objective-C need runtimes
of their own: each of their blocks is listed below by a test of its own, and its page says that it is not run.
"""

import json
import pathlib
import re
import shlex

import forward_models
import numpy as np
import pytest
from click.testing import CliRunner
from small_net import CLASSES, small_artifacts

import bitgraph
from bitgraph.cli.commands import commands
from bitgraph.codecs import hold
from bitgraph.programs import read_program

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NOT_RUN = {"cpp", "csharp", "java", "kotlin", "objc", "swift"}
SAYS_SO = "not run by a test"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(page, *found) for page in PAGES for found in BLOCK.findall(page.read_text())]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What the pages name: artifacts, graphs, data, options."""
    folder = tmp_path_factory.mktemp("pages")
    small_artifacts(folder / "artifacts")
    forward_models.write(forward_models.mlp(), folder / "forward.onnx")
    for name in ("model.onnx", "step.onnx"):
        forward_models.raw_step(folder / name)
    rng = np.random.default_rng(0)
    images, labels = rng.standard_normal((8, 3, 8, 8), np.float32), rng.integers(0, CLASSES, 8)
    np.savez(folder / "batches.npz", input=images, labels=labels)
    (folder / "bitgraph.toml").write_text("batch = 32\n")
    return folder


@pytest.fixture(scope="module")
def already():
    """The commands that were run."""
    return set()


@pytest.fixture
def place(made, monkeypatch):
    monkeypatch.chdir(made)
    monkeypatch.setenv("BITGRAPH_RATES", str(made / "rates.json"))
    return made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, place, already):
    rng = np.random.default_rng(0)
    images, labels = rng.standard_normal((4, 3, 8, 8), np.float32), rng.integers(0, CLASSES, 4)
    names = {"bitgraph": bitgraph, "DATA": [(images, labels)], "blob": hold(np.zeros(9, np.float32))}
    for language, text in BLOCK.findall(page.read_text()):
        match language:
            case "sh":
                for line in text.splitlines():
                    run(shlex.split(line, comments=True), already)
            case "python":
                exec(compile(text, str(page), "exec"), names)
            case "toml":
                (place / "page.toml").write_text(text)
                run(["bitgraph", "inspect", "artifacts", "--config", "page.toml"], set())
            case "text":
                read_program(text)
            case _:
                assert language in NOT_RUN, f"{page.name}: nothing runs blocks of '{language}'"


@pytest.mark.parametrize(
    ("page", "language", "text"),
    [block for block in BLOCKS if block[1] in NOT_RUN],
    ids=lambda part: part.name if isinstance(part, pathlib.Path) else part,
)
def test_a_block_that_is_not_run_names_what_is_there_and_its_page_says_so(page, language, text):
    assert SAYS_SO in " ".join(page.read_text().split())
    calls = {
        "cpp": "RegisterCustomOpsLibrary",
        "objc": "registerCustomOpsUsingFunctionPointer",
        "swift": r"registerCustomOps\(usingFunctionPointer:",
    }
    assert re.search(calls.get(language, r"[rR]egisterCustomOpLibrary\("), text)


def run(words, already):
    """Run a line of shell, or see that what it names is there."""
    if "&&" in words:
        place = words.index("&&")
        run(words[:place], already)
        run(words[place + 1 :], already)
        return
    match words:
        case []:
            return
        case ["bitgraph", *arguments]:
            if tuple(words) in already:
                return
            done = CliRunner().invoke(commands, arguments)
            assert done.exit_code == 0, (words, done.output, done.exception)
            already.add(tuple(words))
        case ["eval", script]:
            setting, name = script.removeprefix("$(").removesuffix(")").split()
            done = CliRunner(env=dict([setting.split("=")])).invoke(commands, [], prog_name=name)
            assert (done.exit_code, "complete" in done.output) == (0, True), (words, done.output)
        case ["make", *arguments]:
            targets = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
            assert arguments[0] in targets, words
        case ["cmake", *arguments]:
            presets = json.loads((ROOT / "CMakePresets.json").read_text())
            kind = "buildPresets" if "--build" in arguments else "configurePresets"
            assert arguments[-1] in {preset["name"] for preset in presets[kind]}, words
        case ["python", program, *_]:
            assert (ROOT / program).exists(), words
        case ["olive", "run", "--config", workflow, "--package-config", package]:
            assert (ROOT / workflow).exists(), words
            assert (ROOT / package).exists(), words
        case ["pip", "install", what]:
            extra = re.fullmatch(r"\.\[(\w+)\]", what)
            assert extra is not None, words
            assert f"\n{extra[1]} = [" in (ROOT / "pyproject.toml").read_text(), words
        case _:
            pytest.fail(f"no test knows how to run {shlex.join(words)}")


def test_links_lead_to_files_that_are_there():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
