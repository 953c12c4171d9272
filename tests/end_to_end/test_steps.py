"""Real steps: the same bits, and a peak that falls as far as was predicted."""

import dataclasses

import onnx_ir as ir
import pytest
from zoo.artifacts import write_artifacts
from zoo.layers import batch_norm, conv, linear
from zoo.net import NetBuilder

import bitgraph
from bitgraph import files
from bitgraph.graph.peak import predict
from bitgraph.measure import compare
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject
from bitgraph.profiling import record

BATCH = 8
SLACK = 64 * 1024  # what the runtime itself allocates within a step


def net():
    """ReLU and Clip, with and without a norm before, pooling, a residual and a shared stash."""
    build = NetBuilder("steps")
    x = build.input("input", (3, 32, 32))
    x = build.node("Relu", [conv(build, x, "conv1", (3, 16), 3, bias=True)], "relu1")
    x = build.node("Relu", [batch_norm(build, conv(build, x, "conv2", (16, 16), 3), "norm2", 16)], "relu2")
    x = build.node("MaxPool", [x], "pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    y = build.node("Relu", [conv(build, x, "conv3", (16, 16), 3)], "relu3")
    x = build.node("Relu", [build.node("Add", [conv(build, y, "conv4", (16, 16), 3), y], "sum")], "relu4")
    x = build.node("Flatten", [build.node("GlobalAveragePool", [x], "average")], "features")
    return build.build(linear(build, x, "classifier", (16, 5)), (5,), batch=BATCH)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steps")
    write_artifacts(net(), folder / "stock")
    loaded = files.load(folder / "stock")
    outcome = bitgraph.optimize(loaded.model, bitgraph.Config(batch=BATCH))
    files.save(loaded, outcome.model, folder / "optimized")
    return folder / "stock", folder / "optimized", outcome


def test_step_is_identical_and_its_peak_falls(both):
    stock, optimized, outcome = both
    found = compare(stock, optimized, batch=BATCH, steps=3)
    assert found.identical, found.first_difference
    before, after = outcome.report.peak_before, outcome.report.peak_after
    assert after < 0.7 * before
    assert found.stock.peak_bytes - found.optimized.peak_bytes > 0.9 * (before - after) - SLACK
    assert abs(found.stock.peak_bytes - before) < 0.03 * before + SLACK


def test_prediction_from_a_profile(tmp_path, both):
    stock, _, _ = both
    profile = record(stock, batch=BATCH, steps=3)
    loaded = files.load(stock)
    held = bitgraph.Config(batch=BATCH, only=frozenset({"bitmap", "mask", "index"}))
    assumed = bitgraph.inspect(loaded.model, held)
    outcome = bitgraph.optimize(loaded.model, dataclasses.replace(held, profile=profile))
    files.save(loaded, outcome.model, tmp_path / "optimized")

    subject, model = open_subject(tmp_path / "optimized")
    batches = make_batches(model, ["input", "labels"], batch=BATCH, steps=3)
    save_batches(batches.steps, tmp_path / "batches.npz")
    peak = run_in_child("peak", [subject], tmp_path, batches=str(tmp_path / "batches.npz"))
    predicted = outcome.report.peak_after
    assert abs(peak - predicted) < 0.03 * predicted + SLACK
    measured = {stash.name: stash.expected_bytes for stash in outcome.report.stashes}
    expected = {stash.name: stash.expected_bytes for stash in assumed.stashes}
    assert measured.keys() == expected.keys()
    assert measured != expected


def test_stashes_have_the_dims_of_the_graph_as_it_came(both):
    stock, _, outcome = both
    values = {value.name: value for node in files.load(stock).model.graph for value in node.outputs}
    shapes = {stash.name: stash.shape for stash in outcome.report.stashes}
    assert any("buffer" in str(value.shape) for node in outcome.model.graph for value in node.outputs)
    known = {name: values[name].shape for name in shapes if values[name].shape is not None}
    assert known
    for name, dims in known.items():
        assert shapes[name] == [dim if isinstance(dim, int) else dim.value for dim in dims]


def test_optimizing_twice_changes_nothing(both):
    _, optimized, _ = both
    loaded = files.load(optimized)
    again = bitgraph.optimize(loaded.model)
    assert again.report.already_optimized
    assert again.model is loaded.model


def test_input_model_is_not_changed(both):
    stock, _, _ = both
    loaded = files.load(stock)
    before = ir.to_proto(loaded.model).SerializeToString(deterministic=True)
    bitgraph.optimize(loaded.model)
    assert ir.to_proto(loaded.model).SerializeToString(deterministic=True) == before


def test_proto_in_proto_out(both):
    stock, _, _ = both
    proto = ir.to_proto(files.load(stock).model)
    outcome = bitgraph.optimize(proto, bitgraph.Config(batch=BATCH))
    assert {node.op_type for node in outcome.model.graph.node} >= {
        *("MaskPack", "MaxPoolIndex", "ConvGradInPlace"),
    }


def test_excluded_stash_is_kept(both):
    stock, _, _ = both
    report = bitgraph.inspect(stock, bitgraph.Config(exclude=["Relu"]))
    kept = {stash.encoding for stash in report.stashes if stash.op_type == "Relu"}
    assert kept == {"keep"}


def test_prediction_follows_the_batch(both):
    stock, _, _ = both
    model = files.load(stock).model
    assert predict(model, 16).peak > 1.8 * predict(model, 8).peak


def test_a_graph_without_gain_comes_out_as_it_was(tmp_path):
    build = NetBuilder("linear")
    x = linear(build, build.input("input", (32,)), "hidden", (32, 512))
    write_artifacts(build.build(linear(build, x, "classifier", (512, 5)), (5,), batch=4), tmp_path)
    model = files.load(tmp_path).model
    outcome = bitgraph.optimize(model)
    names = [node.name for node in model.graph]
    assert [node.name for node in outcome.model.graph] == names
    assert "nothing was changed, and no library is needed" in outcome.report.notes[0]
    assert {stash.encoding for stash in outcome.report.stashes} == {"keep"}
    assert outcome.report.peak_after == outcome.report.peak_before
