"""The choice between bitmap and dense."""

import laws
import numpy as np
import pytest
from held_values import tensors
from hypothesis import given

from bitgraph.codecs import Bitmap, Dense, MalformedBlobError, hold, parse
from bitgraph.errors import BadInputError


@given(tensors())
def test_stays_near_dense(drawn: tuple[laws.Array, int]) -> None:
    laws.stays_near_dense(drawn[0])


def test_dense_when_bitmap_is_as_large() -> None:
    # Beside the values, a bitmap of 1024 elements has 64 bytes of offsets and 128 of bits.
    values = np.ones(1024, np.uint8)
    values[:192] = 0
    assert parse(hold(values)).encoding == Dense.encoding
    values[192] = 0
    assert parse(hold(values)).encoding == Bitmap.encoding


def test_empty_is_dense() -> None:
    blob = hold(np.zeros((0, 4), np.float32))
    assert (parse(blob).encoding, blob.size) == (Dense.encoding, 64)


def test_refuses_types_that_cannot_be_held() -> None:
    with pytest.raises(BadInputError, match="complex64 cannot be held"):
        hold(np.zeros(3, np.complex64))


def test_refuses_nine_dims() -> None:
    with pytest.raises(MalformedBlobError, match="rank is 9, expected at most 8"):
        hold(np.zeros((1,) * 9, np.float32))
