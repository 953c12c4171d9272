import json
import os
import pathlib
import subprocess
import sys

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "bench.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(TOOLS)}  # as the Makefile calls it
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_one_object_a_line() -> None:
    done = bench("--json", "mlp")
    assert (done.returncode, done.stderr) == (0, "")
    (record,) = map(json.loads, done.stdout.splitlines())
    assert (record["net"], record["identical"]) == ("mlp", True)
    assert record["peak_ratio"] <= 1.01  # nothing to gain: what the session itself allocates may differ


def test_unknown_net_is_named() -> None:
    done = bench("lenet")
    assert done.returncode == 2
    assert "no net lenet in the zoo" in done.stderr
