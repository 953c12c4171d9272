"""The bitmap form."""

import laws
import numpy as np
import pytest
from held_values import tensor, tensors
from hypothesis import given
from onnx import TensorProto

from bitgraph.codecs import BLOCK, Bitmap, MalformedBlobError, bit_pattern, decode, parse


@given(tensors())
def test_round_trips(drawn: tuple[laws.Array, int]) -> None:
    laws.round_trips(Bitmap(), *drawn)


@given(tensors())
def test_stores_what_is_not_zero_in_its_bits(drawn: tuple[laws.Array, int]) -> None:
    values, dtype = drawn
    blob = Bitmap().encode(values, dtype)
    assert parse(blob).stored == np.count_nonzero(bit_pattern(values))


def test_negative_zero_is_a_value() -> None:
    blob = Bitmap().encode(np.array([0.0, -0.0], np.float32), TensorProto.FLOAT)
    assert parse(blob).stored == 1


@pytest.mark.parametrize(
    "shape", [(0,), (1,), (13,), (3, 7, 5), (BLOCK,), (BLOCK + 1,), (2, BLOCK + 5)], ids=str
)
@pytest.mark.parametrize("width", [TensorProto.UINT8, TensorProto.FLOAT, TensorProto.DOUBLE])
def test_refuses_corruption(shape: tuple[int, ...], width: int) -> None:
    values = tensor(np.random.default_rng(1), width, shape, density=0.4)
    laws.refuses_corruption(Bitmap().encode(values, width))


def test_refuses_offsets_that_fall() -> None:
    values = np.ones(3 * BLOCK, np.uint8)
    blob = Bitmap().encode(values, TensorProto.UINT8)
    offsets = blob[64 : 64 + 32].view("<u8")
    offsets[1], offsets[2] = offsets[2], offsets[1]
    with pytest.raises(MalformedBlobError, match=r"offset of block 1 is 32768, expected 16384"):
        decode(blob)


def test_refuses_more_values_than_elements() -> None:
    blob = Bitmap().encode(np.ones(4, np.uint8), TensorProto.UINT8)
    blob[8] = 5
    with pytest.raises(MalformedBlobError, match="stored elements is 5, expected at most 4"):
        decode(blob)
