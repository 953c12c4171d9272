"""BitsPack and BitsUnpack: native equals NumPy, and both give back the bool tensor."""

import numpy as np
import pytest
from held_values import ALL_TYPES, tensor, tensors
from hypothesis import given, settings
from laws import Array, assert_same_bits
from one_node import Feeds, OneNode
from onnx import TensorProto

from bitgraph.codecs import BLOCK, Bits, hold
from bitgraph.domain import BITS_PACK, BITS_UNPACK

PACK = OneNode(BITS_PACK, ("carrier", "x"), (None, TensorProto.UINT8))
UNPACK = OneNode(BITS_UNPACK, ("held", "trigger"), (TensorProto.BOOL,))

MASKS = tensors(types=[TensorProto.BOOL])


@given(MASKS, tensors())
@settings(max_examples=60)
def test_pack(drawn: tuple[Array, int], carried: tuple[Array, int]) -> None:
    mask, carrier = drawn[0], carried[0]
    y, held = PACK.agrees({"carrier": carrier, "x": mask})
    assert_same_bits(y, carrier)
    np.testing.assert_array_equal(held, Bits().encode(mask, TensorProto.BOOL))


@given(MASKS)
@settings(max_examples=40)
def test_carrier_is_the_mask_itself(drawn: tuple[Array, int]) -> None:
    mask, _ = drawn
    y, _ = OneNode(BITS_PACK, ("x", "x"), (None, TensorProto.UINT8)).agrees({"x": mask})
    assert_same_bits(y, mask)


@given(MASKS)
@settings(max_examples=60)
def test_unpack(drawn: tuple[Array, int]) -> None:
    mask, code = drawn
    feeds: Feeds = {"held": Bits().encode(mask, code), "trigger": np.zeros(2, np.float32)}
    (restored,) = UNPACK.agrees(feeds)
    assert_same_bits(restored, mask)


@pytest.mark.parametrize("code", ALL_TYPES)
def test_trigger_of_every_type(code: int) -> None:
    mask = tensor(np.random.default_rng(3), TensorProto.BOOL, (5 * BLOCK + 3,))
    trigger = tensor(np.random.default_rng(4), code, (2, 2))
    (restored,) = UNPACK.agrees({"held": Bits().encode(mask, TensorProto.BOOL), "trigger": trigger})
    assert_same_bits(restored, mask)


def test_any_byte_but_zero_is_true() -> None:
    odd = np.arange(256, dtype=np.uint8).view(np.bool_)
    _, held = PACK.native({"carrier": odd, "x": odd})
    assert held[64:].tolist() == [0xFE] + [0xFF] * 31


def test_unpack_refuses_a_mask_of_floats() -> None:
    held = Bits().encode(np.ones(5, np.bool_), TensorProto.FLOAT)
    UNPACK.refusal({"held": held, "trigger": np.zeros(1, np.float32)})


def test_unpack_refuses_dense() -> None:
    UNPACK.refusal({"held": hold(np.ones(5, np.bool_)), "trigger": np.zeros(1, np.float32)})
