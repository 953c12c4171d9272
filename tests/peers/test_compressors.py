"""The comparison on a small tensor; needs the extra `peers`, which `make bench-peers` installs."""

import json
import pathlib
import subprocess
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"

for package in ("blosc2", "lz4", "zstandard"):
    pytest.importorskip(package)


def test_one_object_a_line() -> None:
    command = [sys.executable, str(TOOLS / "peers/compressors.py"), "--json", "--mib=1", "--rounds=1"]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(TOOLS)})
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == 3 * 5
    ours = {record["zeros"]: record["size_ratio"] for record in records if record["peer"] == "bitgraph"}
    assert ours == {zeros: pytest.approx(1 - zeros + 1 / 32, abs=0.01) for zeros in (0.5, 0.7, 0.9)}
