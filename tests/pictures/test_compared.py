"""The report of a comparison: what was measured stands next to what was predicted."""

import json
import re
import subprocess
import sys

import pytest
from browser import needs_browser
from training_kernels import needs_training

from bitgraph import files

_PROFILER = 256 * 1024
"""What the runtime's profiler holds of the step that is sampled."""

pytestmark = needs_training


@pytest.fixture(scope="module")
def compared(directory, model, optimized, tmp_path_factory):
    """A comparison with the command line: what it printed, and the report that it wrote."""
    folder = tmp_path_factory.mktemp("compared")
    files.save(files.load(directory), optimized.model, folder / "out")
    report = folder / "report.html"
    both = (directory, folder / "out")
    # Enough for nodes to last some milliseconds, which samples are apart.
    options = ["--batch", "2048", "--steps", "2", "--html", report]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bitgraph", "compare", *both, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, report


def data_of(report):
    return json.loads(re.search(r'id="data">(.*?)</script>', report.read_text(encoding="utf-8")).group(1))


def unfolded(runs):
    return [value for count, value in zip(runs[::2], runs[1::2], strict=True) for _ in range(count)]


def test_measured_samples_lie_near_the_prediction(compared):
    _, report = compared
    for chart in data_of(report)["charts"]:
        live = [sum(column) for column in zip(*(unfolded(b["live"]) for b in chart["bands"]), strict=True)]
        assert chart["measuredPeak"] == pytest.approx(max(live), rel=0.05)
        samples = unfolded(chart["measured"])
        assert len(samples) == len(live)
        assert any(sample is not None for sample in samples)
        for place, sample in enumerate(samples):
            if sample is None:
                continue
            # While a node runs memory grows from what its neighbors leave to what it needs itself.
            least = min(live[max(place - 1, 0) : place + 2])
            assert 0.95 * least - _PROFILER < sample < 1.05 * live[place] + _PROFILER


def test_halves_are_told_apart(compared):
    _, report = compared
    for chart in data_of(report)["charts"]:
        assert 0 < chart["forward"] < len(chart["nodes"])


def test_zeros_were_measured_and_reasons_are_told(compared, optimized):
    _, report = compared
    text = report.read_text(encoding="utf-8")
    assert all(stash.name in text for stash in optimized.report.stashes)
    assert re.search(r'data-label="Zeros measured"[^>]*>\d+\.\d %<', text)
    assert "was measured to take" in text


def test_both_steps_are_drawn_in_text(compared):
    printed, _ = compared
    drawn = re.findall(r"^(stock|optimized) +([▁-█]+) ([\d.]+) MiB$", printed, re.MULTILINE)
    assert [name for name, _, _ in drawn] == ["stock", "optimized"]
    assert max(drawn[0][1]) == "█"
    assert max(drawn[1][1]) < "█"


@needs_browser
def test_the_page_shows_what_was_measured(compared, opened):
    tab = opened(compared[1])
    assert tab.locator(".memory .ceiling").count() == 2
    assert tab.locator(".pareto .found").count() == 1
    assert "identical" in tab.locator(".figures").inner_text()
