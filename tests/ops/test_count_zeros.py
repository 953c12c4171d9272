"""CountZeros: native equals NumPy, counts bits, and passes its input on."""

import numpy as np
import pytest
from held_values import ALL_TYPES, tensor, tensors
from hypothesis import given, settings
from laws import Array, assert_same_bits
from one_node import OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import BLOCK
from bitgraph.domain import COUNT_ZEROS, DOMAIN

COUNT = OneNode(COUNT_ZEROS, ("x",), (None, TensorProto.INT64))


@given(tensors())
@settings(max_examples=60)
def test_agrees(drawn: tuple[Array, int]) -> None:
    values, _ = drawn
    y, counts = COUNT.agrees({"x": values})
    assert_same_bits(y, values)
    assert counts[1:].tolist() == list(values.shape)


@pytest.mark.parametrize("code", ALL_TYPES)
def test_every_type_over_several_tasks(code: int) -> None:
    values = tensor(np.random.default_rng(code), code, (3, 7 * BLOCK + 9), density=0.3)
    _, counts = COUNT.agrees({"x": values})
    unsigned = values.view(f"u{values.dtype.itemsize}")
    assert counts[0] == (unsigned == 0).sum()


def test_minus_zero_and_nan_are_no_zeros() -> None:
    _, counts = COUNT.agrees({"x": np.array([[0.0, -0.0, np.nan, 1e-45, 0.0]], np.float32)})
    assert counts.tolist() == [2, 1, 5]


def test_inside_a_graph() -> None:
    """Between other nodes, where the output shares its input's buffer."""
    values = tensor(np.random.default_rng(7), TensorProto.FLOAT, (4, 3, 65, 67), 0.5, 0.0)
    nodes = [
        helper.make_node("Abs", ["x"], ["positive"]),
        helper.make_node(COUNT_ZEROS, ["positive"], ["again", "counts"], domain=DOMAIN),
        helper.make_node("Neg", ["again"], ["y"]),
    ]
    feeds = {"x": values}
    outputs = {"y": TensorProto.FLOAT, "counts": TensorProto.INT64}
    y, counts = run(model_of(nodes, feeds, outputs, own_domain=True), feeds, 2)
    assert_same_bits(y, -np.abs(values))
    assert counts.tolist() == [(np.abs(values) == 0).sum(), *values.shape]


def test_nine_dims_are_refused() -> None:
    COUNT.refusal({"x": np.zeros((1,) * 9, np.float32)})
