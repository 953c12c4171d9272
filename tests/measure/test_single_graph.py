"""A training graph on its own: no checkpoint, no optimizer, perhaps external data."""

import pathlib

import numpy as np
import onnx
import onnx_ir as ir
from onnx import TensorProto, helper, numpy_helper

from bitgraph.graph.inputs import Role, input_roles
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject, with_same_parameters
from bitgraph.measure.runner import StepRunner, open_runner
from bitgraph.measure.session import open_options


def open_graph(path: pathlib.Path) -> tuple[StepRunner, list[dict[str, np.ndarray]]]:
    subject, model = open_subject(path)
    runner = open_runner(subject, open_options(subject, threads=1))
    batches = make_batches(model, runner.data_names(), batch=4, steps=2)
    return runner, [dict(batch) for batch in batches.steps]


def test_roles_of_artifacts(artifacts: pathlib.Path) -> None:
    roles = input_roles(ir.load(artifacts / "training_model.onnx").graph)
    assert [name for name, role in roles.items() if role is Role.DATA] == ["input", "labels"]
    assert roles["conv1.weight"] is Role.PARAMETER
    assert roles["norm1.running_mean"] is Role.MEAN
    assert roles["norm1.running_var"] is Role.VARIANCE
    assert roles["conv1.weight_grad.accumulation.buffer"] is Role.BUFFER
    assert roles["lazy_reset_grad"] is Role.FLAG


def test_parameters_are_made_up_and_trained(artifacts: pathlib.Path) -> None:
    runner, batches = open_graph(artifacts / "training_model.onnx")
    assert runner.data_names() == ["input", "labels"]
    parameters = {name: array.copy() for name, array in runner.parameters()}
    assert (parameters["norm1.running_var"] > 0).all()
    outputs = runner.train(batches[0])
    assert np.isfinite(next(iter(outputs.values())))
    gradients = dict(runner.gradients())
    assert gradients.keys() == parameters.keys() - {"norm1.running_mean", "norm1.running_var"}
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())
    assert gradients["conv1.weight"].any()
    runner.update()
    assert (dict(runner.parameters())["conv1.weight"] != parameters["conv1.weight"]).any()


def test_two_loads_give_the_same_bits(artifacts: pathlib.Path) -> None:
    seen = []
    for _ in range(2):
        runner, batches = open_graph(artifacts / "training_model.onnx")
        for batch in batches:
            runner.train(batch)
            runner.update()
        seen.append({name: array.tobytes() for name, array in runner.parameters()})
    assert seen[0] == seen[1]


def test_gradients_that_are_outputs(tmp_path: pathlib.Path) -> None:
    # loss = sum(x w), so the gradient of w is the sum of x over the batch.
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["y"]),
        helper.make_node("ReduceSum", ["y"], ["loss"], keepdims=0),
        helper.make_node("ReduceSum", ["x", "first"], ["sums"], keepdims=0),
        helper.make_node("Reshape", ["sums", "column"], ["w_grad"]),
    ]
    graph = helper.make_graph(
        nodes,
        "raw",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3]),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, [3, 1]),
        ],
        [
            helper.make_tensor_value_info("loss", TensorProto.FLOAT, []),
            helper.make_tensor_value_info("w_grad", TensorProto.FLOAT, [3, 1]),
        ],
        [
            numpy_helper.from_array(np.array([0]), "first"),
            numpy_helper.from_array(np.array([3, 1]), "column"),
        ],
    )
    path = tmp_path / "raw.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    runner, batches = open_graph(path)
    assert runner.data_names() == ["x"]
    assert list(runner.train(batches[0])) == ["loss"]
    gradients = dict(runner.gradients())
    np.testing.assert_allclose(gradients["w"][:, 0], batches[0]["x"].sum(0), rtol=1e-6)


def test_fused_step_of_standard_operators(tmp_path: pathlib.Path) -> None:
    # Loss, gradient and update in one graph: w' = w - d(sum (x w)^2)/dw.
    text = """<ir_version: 8, opset_import: ["" : 17]>
    step (float[N, 3] x, float[3, 1] w) => (float loss, float[3, 1] w_new) {
        y = MatMul(x, w)
        loss = ReduceSumSquare<keepdims = 0>(y)
        t = Transpose<perm = [1, 0]>(x)
        d = Add(y, y)
        g = MatMul(t, d)
        w_new = Sub(w, g)
    }"""
    path = tmp_path / "step.onnx"
    onnx.save(onnx.parser.parse_model(text), path)
    runner, batches = open_graph(path)
    assert runner.data_names() == ["x"]
    assert list(runner.train(batches[0])) == ["loss", "w_new"]
    assert list(dict(runner.parameters())) == ["w"]


def test_external_data(tmp_path: pathlib.Path) -> None:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 512])
    loss = helper.make_tensor_value_info("loss", TensorProto.FLOAT, ["N", 1])
    table = numpy_helper.from_array(np.ones((512, 1), np.float32), "table")
    node = helper.make_node("MatMul", ["x", "table"], ["loss"])
    graph = helper.make_graph([node], "external", [x], [loss], [table])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = tmp_path / "graph.onnx"
    onnx.save(model, path, save_as_external_data=True, location="weights")
    assert (tmp_path / "weights").stat().st_size == 512 * 4
    runner, batches = open_graph(path)
    loss_value = runner.train(batches[0])["loss"][:, 0]
    np.testing.assert_allclose(loss_value, batches[0]["x"].sum(1), rtol=1e-3, atol=1e-3)


def test_a_checkpoint_is_lent_to_the_other_side(artifacts: pathlib.Path) -> None:
    directory, _ = open_subject(artifacts)
    alone, _ = open_subject(artifacts / "training_model.onnx")
    assert alone.checkpoint is None
    assert with_same_parameters(directory, alone)[1].checkpoint == directory.checkpoint
    assert with_same_parameters(alone, directory)[0].optimizer == directory.optimizer
