"""The bits form."""

import laws
import numpy as np
import pytest
from held_values import FLOAT_TYPES, tensors
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto

from bitgraph.codecs import Bits, decode

MASKS = tensors(types=[TensorProto.BOOL])


@given(MASKS, st.sampled_from([TensorProto.BOOL, *FLOAT_TYPES]))
def test_round_trips(drawn: tuple[laws.Array, int], dtype: int) -> None:
    laws.round_trips(Bits(), drawn[0], dtype)


def test_any_byte_but_zero_is_true() -> None:
    odd = np.array([0, 1, 2, 255], np.uint8).view(np.bool_)
    assert decode(Bits().encode(odd, TensorProto.BOOL)).tolist() == [False, True, True, True]


@pytest.mark.parametrize("count", range(18))
def test_refuses_corruption(count: int) -> None:
    laws.refuses_corruption(Bits().encode(np.ones(count, np.bool_), TensorProto.FLOAT))
