"""The index form."""

import laws
import numpy as np
import pytest
from held_values import tensors
from hypothesis import given
from onnx import TensorProto

from bitgraph.codecs import Index


@given(tensors(types=[TensorProto.UINT8]))
def test_round_trips(drawn: tuple[laws.Array, int]) -> None:
    laws.round_trips(Index(), drawn[0], TensorProto.FLOAT)


@pytest.mark.parametrize("shape", [(0,), (1, 2, 3, 4), (2, 3, 0, 1)], ids=str)
def test_refuses_corruption(shape: tuple[int, ...]) -> None:
    laws.refuses_corruption(Index().encode(np.full(shape, 3, np.uint8), TensorProto.FLOAT))
