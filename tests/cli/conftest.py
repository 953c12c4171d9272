import os
import pathlib
import subprocess
import sys

import forward_models
import pytest

from bitgraph import files


@pytest.fixture(scope="session")
def forward(tmp_path_factory):
    return forward_models.write(forward_models.mlp(), tmp_path_factory.mktemp("f") / "net.onnx")


@pytest.fixture(scope="session")
def _artifacts(forward, tmp_path_factory):
    directory = tmp_path_factory.mktemp("artifacts")
    files.make_artifacts(forward, "cross-entropy", "sgd", directory)
    return directory


@pytest.fixture
def artifacts(_artifacts, tmp_path):
    """A directory of artifacts of the test's own, with more in it than the graphs."""
    directory = tmp_path / "artifacts"
    directory.mkdir()
    for file in _artifacts.iterdir():
        (directory / file.name).write_bytes(file.read_bytes())
    (directory / "notes").mkdir()
    (directory / "notes" / "readme.txt").write_text("mine")
    return directory


@pytest.fixture
def bitgraph(tmp_path):
    """Run the installed command line in an empty directory, as a user would."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bitgraph", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONSAFEPATH": "1", **environment},
        )

    return run


@pytest.fixture
def step(tmp_path) -> pathlib.Path:
    """A single training graph with external data."""
    folder = tmp_path / "step"
    folder.mkdir()
    return forward_models.raw_step(folder / "step.onnx", "weights.bin")


@pytest.fixture
def on_terminal(tmp_path):
    """Run a command with stdout or stderr on a terminal of some width; give what it wrote there.

    With ``errors`` it is stderr, and stdout goes to a file ``stdout``.
    """
    import fcntl
    import pty
    import struct
    import termios

    def run(*arguments, columns=80, errors=False, **environment):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "FORCE_COLOR"}}
        settings = {"PYTHONSAFEPATH": "1", "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
        out = (tmp_path / "stdout").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "bitgraph", *map(str, arguments)],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            env={**kept, **settings, **environment},
            stdout=out if errors else slave,
            stderr=slave if errors else subprocess.DEVNULL,
        )
        out.close()
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
