"""What the commands print on a terminal, and how it differs from a pipe."""

import re
import time

import pytest
from click.testing import CliRunner
from terminal import without_escapes

from bitgraph.cli.commands import commands
from bitgraph.cli.progress import Progress
from bitgraph.cli.sparkline import sparkline


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("verbose", [[], ["--verbose"]], ids=["brief", "verbose"])
def test_the_table_fits_the_width(on_terminal, artifacts, columns, verbose):
    shown = without_escapes(on_terminal("inspect", "artifacts", *verbose, columns=columns))
    lines = shown.splitlines()
    table = lines[: lines.index("")]
    assert len(table) > 2
    assert max(map(len, table)) <= columns


def test_color_on_a_terminal_and_none_with_no_color(on_terminal, artifacts):
    assert "\x1b[" in on_terminal("inspect", "artifacts")
    assert "\x1b" not in on_terminal("inspect", "artifacts", NO_COLOR="1")


def test_a_sparkline_keeps_its_peak_in_any_width():
    values = [0] * 1000
    values[617] = 80
    drawn = sparkline(values, 80)
    assert len(drawn) <= 64
    assert len(set(drawn)) == 2
    assert sparkline([0, 40, 80], 80)[0] != sparkline([0, 40, 80], 80)[1] != sparkline([0, 40, 80], 80)[2]
    assert sparkline([40], 80) != sparkline([40], 40)
    assert sparkline([], 0) == sparkline([0], 0)


def test_progress_tells_rate_and_time_left(monkeypatch, capfd):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("bitgraph.cli.progress._PATIENCE", 0.0)
    with Progress() as progress:
        for done in range(4):
            progress("planning", done, 8)
            time.sleep(0.15)
    shown = without_escapes(capfd.readouterr().err)
    assert re.search(r"planning 3/8, [\d.]+/s, at most \d+ s left", shown)


def test_no_progress_when_quiet_or_not_on_a_terminal(monkeypatch, capfd):
    monkeypatch.setattr("bitgraph.cli.progress._PATIENCE", 0.0)
    with Progress() as progress:
        progress("planning", 1, 8)
        time.sleep(0.1)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Progress(quiet=True) as progress:
        progress("planning", 1, 8)
        time.sleep(0.1)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["opt"], "optimize"),
        (["inspect", "--tr"], "--trace"),
        (["optimize", "--loss", "cross"], "cross-entropy"),
    ],
)
def test_the_shell_completes_commands_options_and_values(words, offered):
    line = {"COMP_WORDS": " ".join(["bitgraph", *words]), "COMP_CWORD": str(len(words))}
    runner = CliRunner(env={"_BITGRAPH_COMPLETE": "bash_complete", **line})
    assert runner.invoke(commands, [], prog_name="bitgraph").output == f"plain,{offered}\n"
