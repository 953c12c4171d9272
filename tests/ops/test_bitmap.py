"""BitmapPack and BitmapUnpack: native equals NumPy, and both give back the tensor."""

import numpy as np
import pytest
from held_values import ALL_TYPES, tensor, tensors
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Array, assert_same_bits
from one_node import Feeds, OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import BLOCK, Bitmap, Bits, Dense, element_code, hold, parse
from bitgraph.domain import BITMAP_PACK, BITMAP_UNPACK, DOMAIN

PACK = OneNode(BITMAP_PACK, ("x",), (None, TensorProto.UINT8))


def unpack(code: int) -> OneNode:
    return OneNode(BITMAP_UNPACK, ("held", "trigger"), (code,))


def trigger_for(values: Array) -> Array:
    return np.zeros(3, values.dtype)


@given(tensors())
@settings(max_examples=60)
def test_pack(drawn: tuple[Array, int]) -> None:
    values, _ = drawn
    y, held = PACK.agrees({"x": values})
    assert_same_bits(y, values)
    np.testing.assert_array_equal(held, hold(values))


@given(tensors(), st.sampled_from([Dense(), Bitmap()]))
@settings(max_examples=60)
def test_unpack(drawn: tuple[Array, int], codec: Dense | Bitmap) -> None:
    values, code = drawn
    feeds = {"held": codec.encode(values, code), "trigger": trigger_for(values)}
    (restored,) = unpack(code).agrees(feeds)
    assert_same_bits(restored, values)


@pytest.mark.parametrize("code", ALL_TYPES)
def test_every_type_over_several_blocks(code: int) -> None:
    values = tensor(np.random.default_rng(code), code, (3, 5 * BLOCK + 9), density=0.1)
    y, held = PACK.agrees({"x": values})
    assert_same_bits(y, values)
    assert parse(held).encoding == Bitmap.encoding
    (restored,) = unpack(code).agrees({"held": held, "trigger": trigger_for(values)})
    assert_same_bits(restored, values)


@pytest.mark.parametrize("density", [0.0, 0.5, 1.0])
def test_inside_a_graph(density: float) -> None:
    """Between other nodes, where the output shares its input's buffer."""
    values = tensor(np.random.default_rng(7), TensorProto.FLOAT, (4, 3, 65, 67), density, 0.0)
    nodes = [
        helper.make_node("Neg", ["x"], ["negated"]),
        helper.make_node(BITMAP_PACK, ["negated"], ["again", "held"], domain=DOMAIN),
        helper.make_node("Abs", ["again"], ["magnitude"]),
        helper.make_node(BITMAP_UNPACK, ["held", "magnitude"], ["restored"], domain=DOMAIN),
        helper.make_node("Neg", ["restored"], ["back"]),
    ]
    outputs = {"magnitude": TensorProto.FLOAT, "back": TensorProto.FLOAT}
    feeds = {"x": values}
    magnitude, back = run(model_of(nodes, feeds, outputs, own_domain=True), feeds, 2)
    assert_same_bits(magnitude, np.abs(values))
    assert_same_bits(back, values)


def test_pack_refuses_nine_dims() -> None:
    PACK.refusal({"x": np.zeros((1,) * 9, np.float32)})


def test_unpack_refuses_another_type() -> None:
    held = hold(np.ones(5, np.float32))
    text = unpack(TensorProto.INT32).refusal({"held": held, "trigger": np.zeros(1, np.int32)})
    assert str(TensorProto.FLOAT) in text


def test_unpack_refuses_bits() -> None:
    held = Bits().encode(np.ones(5, np.bool_), TensorProto.FLOAT)
    unpack(TensorProto.FLOAT).refusal({"held": held, "trigger": np.zeros(1, np.float32)})


def test_trigger_may_be_empty() -> None:
    values = np.array([0, 1.5, -0.0], np.float32)
    feeds: Feeds = {"held": hold(values), "trigger": np.zeros((0, 2), np.float32)}
    (restored,) = unpack(element_code(values)).agrees(feeds)
    assert_same_bits(restored, values)
