import json
import pathlib
import re

import onnx
import pytest
from small_net import small_artifacts
from snapshot import snapshot

from bitgraph.domain import METADATA_KEY, STREAMING

KEYS = ["name", "op_type", "dtype", "shape", "dense_bytes", "encoding", "reader", "expected_bytes", "reason"]


def test_directory_gives_a_complete_directory(bitgraph, artifacts, tmp_path):
    before = snapshot(artifacts)
    done = bitgraph("optimize", "artifacts", "-o", "out", "--batch", 64)
    assert (done.returncode, done.stderr) == (0, "")
    after = snapshot(tmp_path / "out")
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} == {"training_model.onnx"}
    assert snapshot(artifacts) == before


def test_second_run_replaces_its_own_output(bitgraph, artifacts, tmp_path):
    assert bitgraph("optimize", "artifacts", "-o", "out").returncode == 0
    first = snapshot(tmp_path / "out")
    assert bitgraph("optimize", "artifacts", "-o", "out").returncode == 0
    assert snapshot(tmp_path / "out") == first


def test_trained_output_is_not_replaced(bitgraph, artifacts, tmp_path):
    assert bitgraph("optimize", "artifacts", "-o", "out").returncode == 0
    (tmp_path / "out" / "checkpoint").write_bytes(b"trained for a week")
    done = bitgraph("optimize", "artifacts", "-o", "out")
    assert done.returncode == 2
    assert "checkpoint" in done.stderr
    assert (tmp_path / "out" / "checkpoint").read_bytes() == b"trained for a week"


def test_already_optimized_is_copied_unchanged(bitgraph, artifacts, tmp_path):
    assert bitgraph("optimize", "artifacts", "-o", "once").returncode == 0
    done = bitgraph("optimize", "once", "-o", "twice")
    assert done.returncode == 0
    assert "already optimized" in done.stdout
    assert "Relu" in done.stdout
    report = bitgraph("inspect", "once", "--html", "report.html", "--quiet")
    assert (report.returncode, report.stderr) == (0, "")
    assert "already optimized" in (tmp_path / "report.html").read_text()
    assert snapshot(tmp_path / "twice") == snapshot(tmp_path / "once")


def test_single_graph_with_external_data(bitgraph, step, tmp_path):
    before = snapshot(step.parent)
    done = bitgraph("optimize", "step/step.onnx", "-o", "out.onnx")
    assert (done.returncode, done.stderr) == (0, "")
    weights = [onnx.load(path).graph.initializer[0] for path in (tmp_path / "out.onnx", step)]
    assert weights[0] == weights[1]
    assert (tmp_path / "out.onnx.data").read_bytes() == (step.parent / "weights.bin").read_bytes()
    assert snapshot(step.parent) == before


@pytest.mark.parametrize("optimizer", [None, "sgd", "adamw"])
def test_forward_model_with_a_loss(bitgraph, forward, tmp_path, optimizer):
    choice = ["--optimizer", optimizer] if optimizer else []
    done = bitgraph("optimize", forward, "--loss", "cross-entropy", *choice, "-o", "out")
    assert (done.returncode, done.stderr) == (0, "")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"training_model.onnx", "eval_model.onnx", "optimizer_model.onnx", "checkpoint"}


def test_no_streaming(bitgraph, tmp_path):
    small_artifacts(tmp_path / "small")
    for option, expected in ((), True), (("--no-streaming",), False):
        done = bitgraph("optimize", "small", "-o", "out", "--batch", 256, *option)
        assert (done.returncode, done.stderr) == (0, "")
        graph = onnx.load(tmp_path / "out" / "training_model.onnx").graph
        assert any(node.op_type in STREAMING for node in graph.node) is expected
        peaks = [
            json.loads(bitgraph(*command, "--batch", 256, "--json", *option).stdout)["peak"]
            for command in (("inspect", "small"), ("optimize", "small", "--dry-run"))
        ]
        assert peaks[0] == peaks[1]


def test_dry_run_writes_nothing(bitgraph, artifacts, tmp_path):
    before = snapshot(tmp_path)
    done = bitgraph("optimize", "artifacts", "--dry-run")
    assert done.returncode == 0
    assert snapshot(tmp_path) == before


def test_output_beside_the_input_by_default(bitgraph, artifacts, tmp_path):
    assert bitgraph("optimize", "artifacts").returncode == 0
    assert (tmp_path / "artifacts-bitgraph" / "training_model.onnx").is_file()
    assert bitgraph("optimize", "artifacts/training_model.onnx").returncode == 0
    assert (artifacts / "training_model-bitgraph.onnx").is_file()


def test_json(bitgraph, artifacts, tmp_path):
    done = bitgraph("optimize", "artifacts", "-o", "out", "--json", "--batch", 64)
    report = json.loads(done.stdout)
    assert {"input", "output", "stashes", "peak"} <= report.keys()
    assert (report["input"], report["output"]) == ("artifacts", "out")
    assert set(report["peak"]) == {"before", "after"}
    assert report["stashes"]
    for stash in report["stashes"]:
        assert set(KEYS) <= stash.keys()
    found = json.loads(bitgraph("inspect", "artifacts", "--json", "--batch", 64).stdout)
    assert found["stashes"] == report["stashes"]


def test_profile_and_its_use(bitgraph, artifacts, tmp_path):
    before = snapshot(artifacts)
    done = bitgraph("profile", "artifacts", "-o", "p.json", "--batch", 2048, "--steps", 2, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    recorded = json.loads(done.stdout)
    assert recorded == json.loads((tmp_path / "p.json").read_text())
    assert (recorded["version"], recorded["batch"], recorded["steps"]) == (1, 2048, 2)
    relu = next(tensor for tensor in recorded["tensors"] if tensor["op_type"] == "Relu")
    assert relu["shape"] == [2048, 8]
    assert snapshot(artifacts) == before

    for command in (["optimize", "artifacts", "--dry-run"], ["inspect", "artifacts"]):
        report = json.loads(bitgraph(*command, "--profile", "p.json", "--json").stdout)
        stash = next(stash for stash in report["stashes"] if stash["name"] == relu["name"])
        assert stash["dense_bytes"] == 4 * 2048 * 8


def test_profile_table(bitgraph, artifacts):
    done = bitgraph("profile", "artifacts", "-o", "p.json", "--batch", 16)
    assert (done.returncode, done.stderr) == (0, "")
    assert any(line.split()[1:2] == ["Relu"] for line in done.stdout.splitlines())
    assert done.stdout.splitlines()[-1] == "written to p.json"


def test_excluded_by_operator(bitgraph, artifacts):
    done = bitgraph("inspect", "artifacts", "--json", "--exclude", "Relu", "--exclude", "Gemm")
    stashes = json.loads(done.stdout)["stashes"]
    kept = [stash for stash in stashes if stash["op_type"] in ("Relu", "Gemm")]
    assert kept
    assert all(stash["encoding"] == "keep" for stash in kept)
    assert all("--exclude" in stash["reason"] for stash in kept)


def test_table_has_one_row_a_line_in_a_pipe(bitgraph, artifacts):
    done = bitgraph("inspect", "artifacts", "--batch", 64, "--verbose")
    stashes = json.loads(bitgraph("inspect", "artifacts", "--batch", 64, "--json").stdout)["stashes"]
    for stash in stashes:
        rows = [line for line in done.stdout.splitlines() if line.split()[:1] == [stash["name"]]]
        assert len(rows) == 1
        assert stash["reason"] in rows[0]
    assert "\x1b" not in done.stdout
    brief = bitgraph("inspect", "artifacts", "--batch", 64).stdout
    assert not any(stash["reason"] in brief for stash in stashes)


def test_summary_line(bitgraph, artifacts):
    last = bitgraph("inspect", "artifacts", PYTHONIOENCODING="utf-8").stdout.splitlines()[-1]
    assert re.fullmatch(r"predicted peak [\d.]+ → [\d.]+ MiB \(\d\.\d\d\), \d+ stashes: .*", last)
    plain = bitgraph("inspect", "artifacts", "--quiet", PYTHONIOENCODING="ascii").stdout
    assert plain.splitlines() == [last.replace("→", "->")]


def test_quiet_optimize_says_one_line(bitgraph, artifacts):
    done = bitgraph("optimize", "artifacts", "-o", "out", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_inspect_works_without_the_library(bitgraph, artifacts, tmp_path):
    # Python finds this module first; with it in place, asking for the library fails.
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['bitgraph.runtime.library'] = None\n")
    assert bitgraph("library", PYTHONPATH=str(tmp_path)).returncode != 0
    assert bitgraph("inspect", "artifacts", PYTHONPATH=str(tmp_path)).returncode == 0


def test_library(bitgraph):
    done = bitgraph("library")
    assert done.returncode == 0
    assert pathlib.Path(done.stdout.strip()).is_file()


def test_optimized_graph_is_marked(bitgraph, artifacts, tmp_path):
    bitgraph("optimize", "artifacts", "-o", "out")
    model = onnx.load(tmp_path / "out" / "training_model.onnx")
    assert METADATA_KEY in {entry.key for entry in model.metadata_props}
