"""The dense form."""

import laws
import numpy as np
import pytest
from held_values import ALL_TYPES, tensor, tensors
from hypothesis import given

from bitgraph.codecs import Dense


@given(tensors())
def test_round_trips(drawn: tuple[laws.Array, int]) -> None:
    laws.round_trips(Dense(), *drawn)


@pytest.mark.parametrize("dtype", ALL_TYPES)
@pytest.mark.parametrize("shape", [(0,), (), (3, 5), (1,) * 8], ids=str)
def test_refuses_corruption(dtype: int, shape: tuple[int, ...]) -> None:
    laws.refuses_corruption(Dense().encode(tensor(np.random.default_rng(2), dtype, shape), dtype))
