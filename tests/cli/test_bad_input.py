"""What a user can do wrong: exit status 2, one line, nothing written, the input untouched."""

import subprocess
import sys

import pytest
from small_net import small_artifacts


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory):
    return small_artifacts(tmp_path_factory.mktemp("cli") / "artifacts")


def bitgraph(*arguments):
    command = [sys.executable, "-P", "-m", "bitgraph", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


CASES = {
    "missing path": (["optimize", "{tmp}/none.onnx", "-o", "{tmp}/out"], "does not exist"),
    "empty file": (["optimize", "{tmp}/empty.onnx", "-o", "{tmp}/out"], "empty"),
    "truncated file": (["inspect", "{tmp}/cut.onnx"], "cut off"),
    "inference graph": (["optimize", "{art}/eval_model.onnx", "-o", "{tmp}/out"], "--loss"),
    "directory without a graph": (["optimize", "{tmp}", "-o", "{tmp}/../out"], "training"),
    "output is the input": (["optimize", "{art}", "-o", "{art}"], "is the input itself"),
    "output in the input": (["optimize", "{art}", "-o", "{art}/out"], "lies in the input"),
    "output in no directory": (["optimize", "{art}", "-o", "{tmp}/no/out"], "cannot be written"),
    "unknown flag": (["optimize", "{art}", "--frobnicate"], "--frobnicate"),
    "optimizer without loss": (["optimize", "{art}", "--optimizer", "sgd"], "--loss"),
}


@pytest.mark.parametrize(("arguments", "reason"), CASES.values(), ids=CASES)
def test_bad_input(arguments, reason, artifacts, tmp_path):
    (tmp_path / "empty.onnx").write_bytes(b"")
    (tmp_path / "cut.onnx").write_bytes((artifacts / "training_model.onnx").read_bytes()[:3000])
    before = {path: path.read_bytes() for path in artifacts.rglob("*") if path.is_file()}
    entries = sorted(tmp_path.rglob("*"))
    ended = bitgraph(*[text.format(tmp=tmp_path, art=artifacts) for text in arguments])
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("bitgraph: ")
    assert ended.stderr.count("\n") == 1
    assert reason in ended.stderr
    assert sorted(tmp_path.rglob("*")) == entries
    assert {path: path.read_bytes() for path in artifacts.rglob("*") if path.is_file()} == before


def test_optimize_writes_a_complete_directory(artifacts, tmp_path):
    ended = bitgraph("optimize", artifacts, "-o", tmp_path / "out")
    assert ended.returncode == 0, ended.stderr
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(p.name for p in artifacts.iterdir())
    again = bitgraph("optimize", tmp_path / "out", "-o", tmp_path / "again")
    assert again.returncode == 0
    assert "already optimized" in again.stdout


def test_library_is_there():
    ended = bitgraph("library")
    assert ended.returncode == 0
    assert "bitgraph_ops" in ended.stdout
