"""CodedPack: native equals NumPy, and BitmapUnpack gives back the tensor."""

import numpy as np
import pytest
from held_values import near_one, tensors
from hypothesis import given, settings
from laws import Array, assert_same_bits
from one_node import Feeds, OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import BLOCK, WINDOW, Coded, hold_coded, parse
from bitgraph.domain import BITMAP_UNPACK, CODED_PACK, DOMAIN

FLOAT = TensorProto.FLOAT
PACK = OneNode(CODED_PACK, ("x",), (FLOAT, TensorProto.UINT8))
UNPACK = OneNode(BITMAP_UNPACK, ("held", "trigger"), (FLOAT,))
TRIGGER = np.zeros(3, np.float32)


def packs_and_unpacks(values: Array) -> Array:
    y, held = PACK.agrees({"x": values})
    assert_same_bits(y, values)
    np.testing.assert_array_equal(held, hold_coded(values))
    (restored,) = UNPACK.agrees({"held": held, "trigger": TRIGGER})
    assert_same_bits(restored, values)
    return held


@given(tensors(types=[FLOAT]))
@settings(max_examples=60)
def test_any_floats(drawn: tuple[Array, int]) -> None:
    values, code = drawn
    packs_and_unpacks(values)
    feeds: Feeds = {"held": Coded().encode(values, code), "trigger": TRIGGER}
    assert_same_bits(UNPACK.agrees(feeds)[0], values)


@pytest.mark.parametrize("count", [WINDOW, 8 * WINDOW - 1, BLOCK + 1, 5 * BLOCK + 77, 2**21 + 5])
@pytest.mark.parametrize("wild", [0.0, 0.02])
def test_what_it_is_for(count: int, wild: float) -> None:
    held = packs_and_unpacks(near_one(np.random.default_rng(count), (count,), wild))
    assert parse(held).encoding == Coded.encoding


def test_inside_a_graph() -> None:
    """Between other nodes, where the output shares its input's buffer."""
    values = near_one(np.random.default_rng(7), (4, 3, 65, 67), 0.01)
    nodes = [
        helper.make_node("Neg", ["x"], ["negated"]),
        helper.make_node(CODED_PACK, ["negated"], ["again", "held"], domain=DOMAIN),
        helper.make_node("Abs", ["again"], ["magnitude"]),
        helper.make_node(BITMAP_UNPACK, ["held", "magnitude"], ["restored"], domain=DOMAIN),
        helper.make_node("Neg", ["restored"], ["back"]),
    ]
    outputs = {"magnitude": FLOAT, "back": FLOAT}
    feeds = {"x": values}
    magnitude, back = run(model_of(nodes, feeds, outputs, own_domain=True), feeds, 2)
    assert_same_bits(magnitude, np.abs(values))
    assert_same_bits(back, values)


def test_refuses_nine_dims() -> None:
    PACK.refusal({"x": np.zeros((1,) * 9, np.float32)})


def test_unpack_refuses_another_type() -> None:
    held = Coded().encode(np.ones(5, np.float32), FLOAT)
    text = OneNode(BITMAP_UNPACK, ("held", "trigger"), (TensorProto.INT32,)).refusal(
        {"held": held, "trigger": np.zeros(1, np.int32)}
    )
    assert str(FLOAT) in text
