import forward_models
import numpy as np
import onnx
import pytest

from bitgraph import files
from bitgraph.errors import BadInputError
from bitgraph.files.artifacts_worker import explain
from bitgraph.files.parameters import find_parameters
from bitgraph.runtime.training import api


def step(directory, labels):
    state = api.CheckpointState.load_checkpoint(directory / "checkpoint")
    model = api.Module(directory / "training_model.onnx", state, directory / "eval_model.onnx")
    optimizer = api.Optimizer(directory / "optimizer_model.onnx", model)
    model.train()
    losses = []
    for _ in range(3):
        losses.append(float(model(np.ones((4, 8), np.float32), labels)))
        optimizer.step()
        model.lazy_reset_grad()
    return losses


CLASSES = np.array([0, 1, 2, 3])
VALUES = np.full((4, 4), 0.25, np.float32)
LOSSES = {
    "cross-entropy": CLASSES,
    "mse": VALUES,
    "bce-with-logits": VALUES,
    "l1": VALUES,
}


@pytest.mark.parametrize(("loss", "labels"), LOSSES.items(), ids=LOSSES)
def test_each_loss_trains(tmp_path, loss, labels):
    assert LOSSES.keys() == files.LOSSES.keys()
    forward = forward_models.write(forward_models.mlp(), tmp_path / "net.onnx", "weights.bin")
    files.make_artifacts(forward, loss, "adamw", tmp_path)
    losses = step(tmp_path, labels)
    assert losses[-1] < losses[0]


OPS = {
    # What torch exports, and generate_artifacts alone does not take.
    "Dropout without its mask": "Dropout(h, ratio, on)",
    "LayerNormalization with one output": "LayerNormalization(h, scale, shift)",
    "Clip with bounds": "Clip(h, ratio)",
}


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_operators_that_need_help(tmp_path, op):
    model = forward_models.mlp(op, ratio=np.array(0.5, np.float32), on=np.array(True))
    files.make_artifacts(forward_models.write(model, tmp_path / "net.onnx"), "cross-entropy", "sgd", tmp_path)
    assert len(step(tmp_path, CLASSES)) == 3


def test_classes_in_dimension_one(tmp_path):
    model = forward_models.mlp("Relu(h)")
    model.graph.output[0].name = "scores"
    del model.graph.output[0].type.tensor_type.shape.dim[1:]
    for size in (4, 3, 2):
        model.graph.output[0].type.tensor_type.shape.dim.add(dim_value=size)
    model.graph.node.append(onnx.helper.make_node("Unsqueeze", ["y", "axes"], ["tall"]))
    model.graph.node.append(onnx.helper.make_node("Expand", ["tall", "sizes"], ["scores"]))
    for name, numbers in (("axes", [2, 3]), ("sizes", [1, 4, 3, 2])):
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(numbers), name))
    files.make_artifacts(forward_models.write(model, tmp_path / "net.onnx"), "cross-entropy", "sgd", tmp_path)
    labels = np.zeros((4, 3, 2), np.int64)
    assert len(step(tmp_path, labels)) == 3


def test_newer_ir_version(tmp_path):
    model = forward_models.mlp()
    model.ir_version = 12
    files.make_artifacts(forward_models.write(model, tmp_path / "net.onnx"), "cross-entropy", None, tmp_path)
    assert onnx.load(tmp_path / "training_model.onnx").ir_version <= 10
    assert not (tmp_path / "optimizer_model.onnx").exists()


def test_parameters():
    found = find_parameters(forward_models.normed_mlp())
    assert set(found.trained) == {"w1", "b1", "w2", "b2", "scale", "shift"}
    assert set(found.frozen) == {"m", "v"}


def test_bounds_and_numbers_are_constants():
    model = forward_models.mlp("Clip(h, low)", low=np.array(0.0, np.float32))
    assert "low" not in find_parameters(model).trained


def test_nothing_to_train(tmp_path):
    model = forward_models.mlp()
    del model.graph.initializer[:]
    path = forward_models.write(model, tmp_path / "net.onnx")
    with pytest.raises(BadInputError, match=r"net\.onnx: no float32 initializer"):
        files.make_artifacts(path, "mse", None, tmp_path)


def test_several_outputs(tmp_path):
    model = forward_models.mlp()
    model.graph.output.add().CopyFrom(onnx.helper.make_tensor_value_info("a", 1, ["N", 8]))
    path = forward_models.write(model, tmp_path / "net.onnx")
    files.make_artifacts(path, "mse", None, tmp_path, output="a")
    inputs = {entry.name: entry for entry in onnx.load(tmp_path / "training_model.onnx").graph.input}
    assert inputs["target"].type.tensor_type.shape.dim[1].dim_value == 8
    with pytest.raises(BadInputError, match="its outputs are: y, a"):
        files.make_artifacts(path, "mse", None, tmp_path, output="z")


MESSAGES = {
    "/src/registry.cc:29 int f(long) gradient_builder != nullptr was false. The gradient builder"
    " has not been registered: HardSwish for node act\n": "node 'act' (HardSwish) has no gradient",
    "/src/module.cc:377 Module(int) [ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an"
    " implementation for ResizeGrad(1) node with name 'r_Grad'": "node 'r_Grad' (ResizeGrad) has no CPU",
    "/src/a.cc:1 int f() x was false. Bad\nshape": "Bad shape",
    "": "it gave no reason",
}


@pytest.mark.parametrize(("message", "start"), MESSAGES.items())
def test_explained_in_one_line(message, start):
    line = explain(message)
    assert line.startswith(start)
    assert "\n" not in line
