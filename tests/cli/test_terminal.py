"""What the commands print on a terminal, and how it differs from a pipe."""

import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from bitgraph.cli.progress import Progress
from bitgraph.cli.sparkline import sparkline

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def on_terminal(tmp_path):
    """Run a command with stdout on a terminal of some width and give what it wrote there."""

    def run(*arguments: object, columns: int = 80, **environment: str) -> str:
        import fcntl

        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "FORCE_COLOR"}}
        settings = {"PYTHONSAFEPATH": "1", "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            [sys.executable, "-m", "bitgraph", *map(str, arguments)],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=subprocess.DEVNULL,
            env={**kept, **settings, **environment},
        )
        os.close(slave)
        parts = []
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # what Linux says when the other end is closed
                break
            if not part:
                break
            parts.append(part)
        os.close(master)
        assert process.wait() == 0
        return b"".join(parts).decode()

    return run


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("verbose", [[], ["--verbose"]], ids=["brief", "verbose"])
def test_the_table_fits_the_width(on_terminal, artifacts, columns, verbose):
    shown = _ESCAPE.sub("", on_terminal("inspect", "artifacts", *verbose, columns=columns))
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
    import time

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("bitgraph.cli.progress._PATIENCE", 0.0)
    with Progress() as progress:
        for done in range(4):
            progress("planning", done, 8)
            time.sleep(0.15)
    shown = _ESCAPE.sub("", capfd.readouterr().err)
    assert re.search(r"planning 3/8, [\d.]+/s, at most \d+ s left", shown)


def test_no_progress_when_quiet_or_not_on_a_terminal(monkeypatch, capfd):
    import time

    monkeypatch.setattr("bitgraph.cli.progress._PATIENCE", 0.0)
    with Progress() as progress:
        progress("planning", 1, 8)
        time.sleep(0.1)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Progress(quiet=True) as progress:
        progress("planning", 1, 8)
        time.sleep(0.1)
    assert capfd.readouterr().err == ""
