"""How a command ends: help, version, Ctrl-C, a closed pipe, a kill, an error of our own."""

import os
import signal
import subprocess
import sys
import time

import click
import pytest
from snapshot import snapshot

from bitgraph.cli import main
from bitgraph.cli.commands import commands
from bitgraph.errors import BadInputError, PromiseError


def test_help_has_three_examples(bitgraph):
    done = bitgraph("--help")
    assert done.returncode == 0
    assert sum(line.strip().startswith("bitgraph ") for line in done.stdout.splitlines()) == 3


@pytest.mark.parametrize("command", commands.list_commands(click.Context(commands)))
def test_help_of_each_command_has_an_example(bitgraph, command):
    done = bitgraph(command, "--help")
    assert done.returncode == 0
    assert f"  bitgraph {command}" in done.stdout


def test_help_does_not_load_onnx():
    code = (
        "import sys; from bitgraph.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'onnx', 'onnx_ir', 'numpy', 'onnxruntime'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_version(bitgraph):
    import bitgraph as package

    assert bitgraph("--version").stdout == f"bitgraph {package.__version__}\n"


def test_no_command_shows_help_and_is_a_mistake(bitgraph):
    done = bitgraph()
    assert done.returncode == 2
    assert "Commands:" in done.stderr


ENDINGS = {
    "bad input": (BadInputError("a.onnx: is bad"), 2, "bitgraph: a.onnx: is bad\n"),
    "promise": (PromiseError("too large"), 1, "bitgraph: too large\n"),
    "Ctrl-C": (KeyboardInterrupt(), 130, "bitgraph: interrupted"),
    "full disk": (OSError(28, "No space left", "x"), 2, "bitgraph: x: No space left\n"),
    "memory": (MemoryError(), 2, "bitgraph: out of memory"),
    "our own": (ValueError("of\nours"), 2, "bitgraph: stopped by an error of its own: ValueError: of ours"),
}


@pytest.mark.parametrize(("error", "status", "line"), ENDINGS.values(), ids=ENDINGS)
def test_ending(monkeypatch, capsys, error, status, line):
    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(commands, "main", fail)
    with pytest.raises(SystemExit) as ended:
        main(["library"])
    assert ended.value.code == status
    shown = capsys.readouterr().err
    assert shown.startswith(line)
    assert shown.count("\n") == 1


def test_closed_pipe(artifacts):
    command = [sys.executable, "-m", "bitgraph", "inspect", str(artifacts), "--json"]
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert errors == b""


@pytest.mark.parametrize("delay", [0.3, 0.6, 0.9, 1.2])
def test_kill_leaves_no_half_written_output(artifacts, tmp_path, delay):
    before = snapshot(artifacts)
    command = [sys.executable, "-m", "bitgraph", "optimize", str(artifacts), "-o", "out"]
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, env=environment)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert snapshot(artifacts) == before
    out = tmp_path / "out"
    assert not out.exists() or snapshot(out).keys() == before.keys()
