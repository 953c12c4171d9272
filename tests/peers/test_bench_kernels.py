"""The kernel benchmark on its smallest cases, where `make bench-kernels` has built it."""

import json
import pathlib
import subprocess

import pytest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/bench/tools/bench_kernels/bench_kernels"
KEYS = ["op", "isa", "dtype", "zeros", "mib", "threads", "gb_s", "memcpy_gb_s", "ratio"]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    if not PROGRAM.exists():
        pytest.skip("bench_kernels is not built; make bench-kernels builds it")
    return subprocess.run([str(PROGRAM), *arguments], capture_output=True, text=True)


def test_one_object_a_line() -> None:
    done = bench("--json", "--benchmark_filter=^(un)?pack/scalar/float32/zeros:90/KiB:256")
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(record) for record in records] == [KEYS, KEYS]
    for record, op in zip(records, ("pack", "unpack"), strict=True):
        assert (record["op"], record["isa"], record["dtype"]) == (op, "scalar", "float32")
        assert (record["zeros"], record["mib"], record["threads"]) == (0.9, 0.25, 1)
        assert record["ratio"] == pytest.approx(record["gb_s"] / record["memcpy_gb_s"], abs=0.01)


def test_a_filter_that_matches_nothing_fails() -> None:
    done = bench("--benchmark_filter=^squeeze/")
    assert done.returncode == 1
    assert "squeeze" in done.stderr


def test_unknown_option_is_named() -> None:
    done = bench("--threads=2")
    assert done.returncode == 2
    assert "--threads=2" in done.stderr
