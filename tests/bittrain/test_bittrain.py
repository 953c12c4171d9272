"""A small version of each part, and the command; needs the extra `bench`, which `make test` installs."""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import pytest

for package in ("matplotlib", "sklearn"):
    pytest.importorskip(package)

from bittrain import limits, memory
from bittrain.accuracy import measure_accuracy
from bittrain.adapting import measure_adapting
from bittrain.claims import claims
from bittrain.datasets import load_datasets
from bittrain.memory import measure_pruned, measure_zeros, relus_of
from bittrain.peers import measure_peers
from bittrain.report import write_report
from bittrain.small_nets import digit_net
from bittrain.sparse_nets import shift_biases
from bittrain.store import read_records, replace_part
from bittrain.variants import zeros_of
from zoo.artifacts import write_artifacts
from zoo.resnet18 import resnet18

from bitgraph.profiling import record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured and limited there")
TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


def digits():
    return digit_net(28, 10, norm=False, seed=0, batch=16)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(memory.NETS, "digits", (digits, 16))


@pytest.mark.parametrize("zeros", [0.5, 0.9])
def test_memory(small, zeros):
    bitmap, everything = measure_zeros("digits", zeros)
    assert (bitmap["encoding"], everything["encoding"]) == ("bitmap", "all")
    assert bitmap["zeros"] == pytest.approx(zeros, abs=0.05)
    assert bitmap["identical"]
    assert everything["identical"]
    assert everything["peak_ratio"] < bitmap["peak_ratio"] < 1.0
    assert 1 / 32 + 1 - zeros - 0.1 < bitmap["stash_ratio"] < 1.0
    assert set(bitmap["forms"]) == {"bitmap"}


def test_pruned(small):
    bitmap, everything = measure_pruned("digits", [0.8])
    assert bitmap["zeros"] == pytest.approx(0.8, abs=0.07)
    assert bitmap["identical"]
    assert everything["identical"]
    assert everything["peak_ratio"] < 1.0


def test_biases_of_norms_and_sums_are_shifted(tmp_path):
    net = resnet18()
    for entry in (*net.model.graph.input, *net.model.graph.output):
        for dim in entry.type.tensor_type.shape.dim[2:]:
            dim.dim_value = 32
    shift_biases(net, 0.8)
    write_artifacts(net, tmp_path)
    found = record(tmp_path, batch=16, steps=1)
    assert zeros_of(found, relus_of(found)) == pytest.approx(0.8, abs=0.05)


def test_a_relu_without_a_bias_is_named():
    net = digits()
    conv = next(node for node in net.model.graph.node if node.op_type == "Conv")
    del conv.input[2:]
    with pytest.raises(ValueError, match=r"no bias is known in front of 'block0\.conv'"):
        shift_biases(net, 0.5)


def test_accuracy():
    """One epoch: far from good, and the same bits."""
    (dataset,) = load_datasets(None)
    few = dataclasses.replace(dataset, images=dataset.images[:512], labels=dataset.labels[:512])
    found = list(measure_accuracy(few, seeds=1, epochs=2, rates=(0.7,)))
    assert [r["variant"] for r in found] == 2 * ["stock", "bitgraph", "pruned 0.7"]
    assert [r["identical"] for r in found] == 2 * [None, True, None]
    for stock, same, pruned in (found[:3], found[3:]):
        assert stock["curve"] == same["curve"] != pruned["curve"]
        assert len(stock["curve"]) == 2
        assert pruned["zeros"] > 0.5


def test_adapting():
    (dataset,) = load_datasets(None)
    last, block, whole, ours = measure_adapting(dataset, seeds=1, epochs=1)
    assert last["peak_bytes"] < block["peak_bytes"] < whole["peak_bytes"]
    assert ours["peak_bytes"] < whole["peak_bytes"]
    assert ours["identical"]
    assert ours["accuracy"] == whole["accuracy"]


def test_limits_are_enforced():
    found = list(limits.measure_limits([24]))
    assert [r["what"] for r in found] == ["batch", "side"]
    for each in found:
        assert 0 < each["stock"] < each["bitgraph"]
        assert each["stock_at_ours"] is False


def test_peers():
    theirs, ours = measure_peers(mib=3, rounds=1, zeros=(0.5,))
    assert theirs["stash_ratio"] > ours["stash_ratio"] == pytest.approx(0.5 + 1 / 32, abs=0.01)
    assert min(ours["pack_gb_s"], theirs["unpack_gb_s"]) > 0


def bittrain(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "bittrain"), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_command(tmp_path):
    done = bittrain("peers", "--json", "--docs", str(tmp_path))
    assert done.returncode == 0
    assert "MNIST=PATH" in done.stderr
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert printed == read_records(tmp_path / "bittrain.jsonl")
    assert {record["part"] for record in printed} == {"peers"}
    assert "BitTrain's own way" in (tmp_path / "bittrain.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["memry"], "no part memry"),
        (["peers", "--mnist", "missing.npz"], "missing.npz: there is no such file"),
    ],
)
def test_wrong_usage_is_one_line(arguments, said, tmp_path):
    done = bittrain(*arguments, "--docs", str(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]


def test_mnist_is_split(tmp_path):
    rng = np.random.default_rng(1)
    np.savez(
        tmp_path / "m.npz", images=rng.integers(0, 256, (8100, 28, 28), np.uint8), labels=np.arange(8100) % 10
    )
    mnist, _ = load_datasets(tmp_path / "m.npz")
    assert (mnist.images.shape, len(mnist.test_labels), mnist.side) == ((8000, 1, 28, 28), 100, 28)
    assert (mnist.images.min(), mnist.images.max()) == (-0.5, 0.5)
    high = mnist.only(range(5, 10))
    assert set(high.labels) == set(range(5))


def test_a_part_replaces_its_own_records(tmp_path):
    store = tmp_path / "r.jsonl"
    for part, value in (("a", 1), ("b", 2), ("a", 3)):
        replace_part(store, part, [{"part": part, "value": value}])
    assert read_records(store) == [{"part": "b", "value": 2}, {"part": "a", "value": 3}]


def memory_record(part="memory", **changes):
    whole = {"part": part, "net": "vgg", "encoding": "bitmap", "asked": 0.5, "zeros": 0.51, "batch": 8}
    whole |= {"peak_bytes": 1, "peak_ratio": 0.6, "rss_ratio": 0.6, "time_ratio": 1.0, "stash_ratio": 0.55}
    return whole | {"identical": True, "forms": {}, "machine": "m", "date": "d"} | changes


def test_claims_that_do_not_hold_are_said_to(tmp_path):
    fails, holds = memory_record(peak_ratio=0.7), memory_record(peak_ratio=0.6)
    assert next(claims([fails])).startswith("**Does not hold**: `bitmap` saves 34%")
    assert next(claims([holds])).startswith("Holds: `bitmap` saves 34%")
    by_net = next(claims([fails, holds | {"net": "plain32"}]))
    assert by_net.startswith("Holds for plain32, **does not hold** for vgg: `bitmap` saves 34%")
    assert any(
        line.startswith("**Does not hold**: no bit") for line in claims([memory_record(identical=False)])
    )
    assert next(claims([memory_record("pruned", zeros=0.6)])).startswith("**Does not hold**: pruning reaches")


def test_report_has_figures(tmp_path):
    write_report([memory_record(), memory_record("pruned", zeros=0.7)], tmp_path)
    text = (tmp_path / "bittrain.md").read_text()
    assert "not bit-identical to the original: pruned" in text.lower()
    assert "![Memory saved](bittrain-memory.png)" in text
    assert {file.name for file in tmp_path.iterdir()} == {
        "bittrain.md",
        "bittrain-memory.png",
        "bittrain-memory.svg",
    }


def test_nets_are_valid():
    for norm in (False, True):
        onnx.checker.check_model(digit_net(8, 5, norm=norm, seed=3, batch=4).model, full_check=True)
