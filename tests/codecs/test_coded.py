"""The coded form."""

import laws
import numpy as np
import numpy.typing as npt
import pytest
from held_values import near_one, tensors
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto

from bitgraph.codecs import BLOCK, WINDOW, Coded, Dense, MalformedBlobError, decode, hold_coded, parse

FLOAT = TensorProto.FLOAT
RNG = np.random.default_rng(5)


def floats(exponents: npt.ArrayLike) -> npt.NDArray[np.float32]:
    return (np.asarray(exponents, np.uint32) << 23).view(np.float32)


def tops(values: npt.NDArray[np.float32]) -> list[int]:
    """Return the tops of fewer than 64 windows in a single block."""
    blob = Coded().encode(values, FLOAT)
    return blob[128 : 128 + -(-values.size // WINDOW)].tolist()


@given(tensors(types=[FLOAT]))
def test_round_trips(drawn: tuple[laws.Array, int]) -> None:
    laws.round_trips(Coded(), *drawn)


@given(st.integers(0, 2**32 - 1), st.integers(0, 3 * WINDOW), st.sampled_from([0.0, 0.02, 0.3]))
def test_round_trips_of_what_it_is_for(seed: int, count: int, wild: float) -> None:
    laws.round_trips(Coded(), near_one(np.random.default_rng(seed), (count,), wild), FLOAT)


@pytest.mark.parametrize("exponent", range(256))
def test_every_exponent_has_a_code(exponent: int) -> None:
    values = floats(np.full(WINDOW, exponent))
    laws.round_trips(Coded(), values, FLOAT)
    assert parse(Coded().encode(values, FLOAT)).stored == 0
    assert tops(values) == [max(exponent, 6)]


def test_top_leaves_the_fewest_outside() -> None:
    # 120 down to 114 hold all but the outlier; the largest exponent would leave out all the rest.
    assert tops(floats([255] + 100 * [120, 114])) == [120]
    # Either window leaves one outside: the higher is taken.
    assert tops(floats([121, 120, 119, 118, 117, 116, 115, 114])) == [121]
    assert tops(floats([121, 120, 119, 118, 117, 116, 115, 114, 114])) == [120]
    # Only the 16 largest are tried.
    assert tops(floats([*range(200, 215), *[120] * 99])) == [120]
    assert tops(floats([*range(200, 216), *[120] * 99])) == [215]
    # No window reaches below exponent 0.
    assert tops(floats([0, 0, 1, 2])) == [6]


def test_every_window_has_a_top_of_its_own() -> None:
    assert tops(floats(np.repeat([10, 250, 127], WINDOW))) == [10, 250, 127]


@pytest.mark.parametrize(
    "shape", [(), (0,), (1,), (13,), (600,), (3, 7, 65), (BLOCK,), (2, BLOCK + 5)], ids=str
)
def test_refuses_corruption(shape: tuple[int, ...]) -> None:
    laws.refuses_corruption(Coded().encode(near_one(RNG, shape, 0.05), FLOAT))


def test_refuses_another_element_type() -> None:
    blob = Coded().encode(np.ones(4, np.float32), FLOAT)
    blob[5] = TensorProto.INT32
    with pytest.raises(MalformedBlobError, match="element type of a coded tensor is 6, expected 1"):
        decode(blob)


@given(st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=4))
def test_overwritten_bytes(writes: list[tuple[int, int]]) -> None:
    blob = Coded().encode(near_one(np.random.default_rng(1), (700,), 0.05), FLOAT)
    for at, value in writes:
        blob[at % blob.size] = value
    laws.accepts_only_what_is_written(blob)


@pytest.mark.parametrize("scale", [1e-30, 0.01, 1.0, 1.5, 3e20])
def test_size_of_normally_distributed_numbers(scale: float) -> None:
    values = (RNG.standard_normal(2**18) * scale).astype(np.float32)
    assert hold_coded(values).size <= 0.857 * values.nbytes


@given(tensors(types=[FLOAT]))
def test_is_never_larger_than_dense(drawn: tuple[laws.Array, int]) -> None:
    values, dtype = drawn
    held = hold_coded(values)
    assert held.size <= Dense().encode(values, dtype).size
    laws.assert_same_bits(decode(held), values)


def test_dense_where_exponents_are_anywhere() -> None:
    values = RNG.integers(0, 2**32, 4096, np.uint32).view(np.float32)
    assert parse(hold_coded(values)).encoding == Dense.encoding
