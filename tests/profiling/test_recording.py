"""Recorded zeros, shapes and times are those of the steps that were run."""

import dataclasses
import sys

import forward_models
import numpy as np
import onnx
import onnx_ir as ir
import pytest
from bitgraph.passes import CountZerosPass

from bitgraph import files
from bitgraph.errors import BadInputError
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject
from bitgraph.profiling import record


@pytest.fixture
def step(tmp_path):
    """A training graph of standard operators; ``a`` is its one stash behind a ReLU."""
    return forward_models.raw_step(tmp_path / "step.onnx", "weights.bin")


def test_counts_are_numpys(step, tmp_path):
    data = np.random.default_rng(1).integers(-3, 4, (12, 8)).astype(np.float32)
    np.savez(tmp_path / "data.npz", x=data)
    found = record(step, data=tmp_path / "data.npz")

    (weights,) = onnx.load(step).graph.initializer
    activations = np.maximum(data @ onnx.numpy_helper.to_array(weights, str(tmp_path)), 0)
    each = [float((part == 0).mean()) for part in np.split(activations, 3)]
    (relu,) = (tensor for tensor in found.tensors if tensor.name == "a")
    assert (relu.zeros.min, relu.zeros.max) == (min(each), max(each))
    assert relu.zeros.mean == pytest.approx(np.mean(each))
    assert min(each) < max(each)
    assert (relu.op_type, relu.dtype, relu.shape) == ("Relu", "float32", (4, 8))
    assert (found.batch, found.steps, found.data) == (4, 3, str(tmp_path / "data.npz"))


def test_artifacts(artifacts):
    told = []
    found = record(artifacts, batch=6, steps=3, progress=lambda *stage: told.append(stage))
    assert told[0] == ("reading the graph (1 of 2)", 0, 1)
    assert told[2:] == [("running steps (2 of 2)", done, 3) for done in range(3)]
    assert (found.batch, found.steps) == (6, 3)
    assert set(found.dims.values()) == {6}
    tensors = {tensor.name: tensor for tensor in found.tensors}
    assert tensors["pool1"].shape == (6, 8, 4, 4)
    assert 0.0 < tensors["pool1"].zeros.mean < 0.5
    # Parameters and Dropout's mask change from step to step, and so do the zeros.
    assert tensors["dropout"].zeros.min < tensors["dropout"].zeros.max
    assert tensors["norm1"].zeros.max < 0.01
    nodes = {node.op_type: node.seconds for node in found.nodes}
    assert {"Conv", "ConvGrad", "BatchNormInternal"} <= nodes.keys()
    assert "CountZeros" not in nodes
    assert 0 < nodes["ConvGrad"] < found.step_seconds


def test_no_values_leave_the_step(artifacts):
    model = files.load(artifacts).model
    before = {output.name for output in model.graph.outputs}
    assert CountZerosPass()(model).modified
    added = [output for output in model.graph.outputs if output.name not in before]
    assert added
    assert all(output.dtype == ir.DataType.INT64 for output in added)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not measured there")
def test_memory_is_that_of_a_step(artifacts, tmp_path):
    stock, model = open_subject(artifacts)
    loaded = files.load(artifacts)
    CountZerosPass()(loaded.model)
    counted = tmp_path / "counted.onnx"
    files.save(dataclasses.replace(loaded, directory=None), loaded.model, counted)
    file = tmp_path / "batches.npz"
    save_batches(make_batches(model, ["input", "labels"], batch=256, steps=2).steps, file)
    subjects = stock, dataclasses.replace(stock, graph=str(counted), register=True)
    before, after = (run_in_child("peak", [subject], tmp_path, batches=str(file)) for subject in subjects)
    assert after < 1.02 * before


def test_optimized_graph_is_refused(artifacts, tmp_path):
    import bitgraph

    loaded = files.load(artifacts)
    files.save(loaded, bitgraph.optimize(loaded.model).model, tmp_path / "out")
    with pytest.raises(BadInputError, match="optimized already"):
        record(tmp_path / "out")


GATHERED = """<ir_version: 8, opset_import: ["" : 17]>
step (int64[4] ids, float[8, 8] w) => (float loss, float[8, 8] w_grad) {
    g = Gather(w, ids)
    a = Relu(g)
    s = Mul(a, a)
    loss = ReduceSum <keepdims = 0> (s)
    two = Constant <value = float {2.0}> ()
    a_grad = Mul(a, two)
    at = Transpose <perm = [1, 0]> (a)
    w_grad = MatMul(at, a_grad)
}"""


def test_error_names_the_graph_that_was_given(tmp_path):
    graph = tmp_path / "step.onnx"
    onnx.save(onnx.parser.parse_model(GATHERED), graph)
    np.savez(tmp_path / "data.npz", ids=np.full(4, 99))
    with pytest.raises(BadInputError, match="99") as raised:
        record(graph, data=tmp_path / "data.npz")
    assert str(raised.value).startswith(f"{graph}: ")
