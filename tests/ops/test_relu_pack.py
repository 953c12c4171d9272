"""ReluPack and ReluMaskPack: native equals NumPy, and both equal the nodes that they stand for."""

import numpy as np
import pytest
from held_values import SHAPES, tensor, tensors
from hypothesis import given, settings
from laws import Array, assert_same_bits
from one_node import OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import BLOCK
from bitgraph.domain import BITMAP_PACK, DOMAIN, MASK_PACK, RELU_MASK_PACK, RELU_PACK

FLOATS = tensors(types=(TensorProto.FLOAT,), shapes=SHAPES)

PACK = OneNode(RELU_PACK, ("x",), (None, TensorProto.UINT8, TensorProto.UINT8))
MASK = OneNode(RELU_MASK_PACK, ("x",), (None, TensorProto.UINT8))


def nodes_apart(x: Array) -> list[Array]:
    """What ONNX Runtime's own Relu gives, and what the Packs make of that."""
    nodes = [
        helper.make_node("Relu", ["x"], ["y"]),
        helper.make_node(MASK_PACK, ["y"], ["through", "mask"], domain=DOMAIN, predicate="positive"),
        helper.make_node(BITMAP_PACK, ["through"], ["again", "held"], domain=DOMAIN),
    ]
    outputs = {"again": TensorProto.FLOAT, "mask": TensorProto.UINT8, "held": TensorProto.UINT8}
    feeds = {"x": x}
    return run(model_of(nodes, feeds, outputs, own_domain=True), feeds)


@given(FLOATS)
@settings(max_examples=60)
def test_as_the_nodes_apart(drawn: tuple[Array, int]) -> None:
    x, _ = drawn
    expected = nodes_apart(x)
    for found, want in zip(PACK.agrees({"x": x}), expected, strict=True):
        assert_same_bits(found, want)
    for found, want in zip(MASK.agrees({"x": x}), expected[:2], strict=True):
        assert_same_bits(found, want)


@pytest.mark.parametrize("density", [0.0, 0.1, 1.0])
def test_over_many_blocks(density: float) -> None:
    """More blocks than have their offsets on the stack."""
    x = tensor(np.random.default_rng(3), TensorProto.FLOAT, (2, 70 * BLOCK + 9), density)
    for found, want in zip(PACK.agrees({"x": x}), nodes_apart(x), strict=True):
        assert_same_bits(found, want)


def test_in_place_between_nodes() -> None:
    """Where the output takes its input's buffer over."""
    x = np.random.default_rng(5).standard_normal((4, 3, 65, 67)).astype(np.float32)
    nodes = [
        helper.make_node("Neg", ["x"], ["negated"]),
        helper.make_node(RELU_PACK, ["negated"], ["y", "mask", "held"], domain=DOMAIN),
        helper.make_node("Neg", ["y"], ["back"]),
    ]
    feeds = {"x": x}
    outputs = {"back": TensorProto.FLOAT, "mask": TensorProto.UINT8, "held": TensorProto.UINT8}
    back, mask, held = run(model_of(nodes, feeds, outputs, own_domain=True), feeds, 2)
    y, same_mask, same_held = nodes_apart(-x)
    assert_same_bits(back, -y)
    np.testing.assert_array_equal(mask, same_mask)
    np.testing.assert_array_equal(held, same_held)


@pytest.mark.parametrize("node", [PACK, MASK], ids=["pack", "mask"])
def test_refuses_nine_dims(node: OneNode) -> None:
    node.refusal({"x": np.zeros((1,) * 9, np.float32)})
