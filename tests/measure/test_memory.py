"""The memory measurements, each against a size that is known beforehand."""

import pathlib
import sys
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject

MIB = 2**20

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is not measured there")


def measured(deed: str, graph: pathlib.Path, folder: pathlib.Path) -> Any:
    subject, model = open_subject(graph)
    save_batches(make_batches(model, ["x"], batch=4, steps=2).steps, folder / "batches.npz")
    return run_in_child(deed, [subject], folder, batches=str(folder / "batches.npz"))


def chain(path: pathlib.Path, *, keep: bool) -> pathlib.Path:
    """Two tensors of 4 x 1 MiB; both live until the end if they are kept for the last node."""
    last = ["a", "b"] if keep else ["b", "b"]
    nodes = [
        helper.make_node("Exp", ["x"], ["a"]),
        helper.make_node("Softmax", ["a"], ["b"], axis=-1),
        helper.make_node("Concat", last, ["c"], axis=1),
        helper.make_node("ReduceSum", ["c"], ["loss"], keepdims=0),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", MIB // 4])
    loss = helper.make_tensor_value_info("loss", TensorProto.FLOAT, [])
    model = helper.make_model(
        helper.make_graph(nodes, "chain", [x], [loss]),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.save(model, path)
    return path


def test_peak_is_what_lives_at_once(tmp_path: pathlib.Path) -> None:
    both = measured("peak", chain(tmp_path / "both.onnx", keep=True), tmp_path)
    one = measured("peak", chain(tmp_path / "one.onnx", keep=False), tmp_path)
    # a, b and their concatenation, 16 MiB, against 12; a little is the session's own.
    assert 0 <= both - 16 * MIB < 0.1 * MIB
    assert 0 <= one - 12 * MIB < 0.1 * MIB


def test_growth_holds_the_peak(tmp_path: pathlib.Path) -> None:
    graph = chain(tmp_path / "graph.onnx", keep=True)
    assert measured("resident", graph, tmp_path) > 15 * MIB


def test_times_are_those_of_both(tmp_path: pathlib.Path) -> None:
    subject, model = open_subject(chain(tmp_path / "graph.onnx", keep=True))
    file = tmp_path / "batches.npz"
    save_batches(make_batches(model, ["x"], batch=1, steps=1).steps, file)
    times = run_in_child("times", [subject, subject], tmp_path, batches=str(file), threads=1)
    assert len(times) == 2
    assert all(clock > 0 and cpu > 0 for clock, cpu in times)
