"""MaskPack: native equals NumPy."""

from typing import Any

import numpy as np
import pytest
from held_values import FLOAT_TYPES, SPECIAL_BITS, tensor, tensors
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Array, assert_same_bits
from one_node import OneNode
from onnx import TensorProto

from bitgraph.codecs import BLOCK, decode
from bitgraph.codecs.element_types import NUMPY_TYPES
from bitgraph.domain import MASK_PACK

FLOATS = tensors(types=FLOAT_TYPES)

BOUNDS = {
    "both": ("x", "low", "high"),
    "only low": ("x", "low"),
    "only high": ("x", "", "high"),
    "neither": ("x",),
}


def mask_pack(inputs: tuple[str, ...], predicate: str) -> OneNode:
    return OneNode(MASK_PACK, inputs, (None, TensorProto.UINT8), {"predicate": predicate})


def mask_of(x: Array, held: Array) -> Array:
    mask = decode(held)
    assert mask.shape == x.shape
    return mask


@given(FLOATS)
@settings(max_examples=60)
def test_positive(drawn: tuple[Array, int]) -> None:
    x, _ = drawn
    y, held = mask_pack(("x",), "positive").agrees({"x": x})
    assert_same_bits(y, x)
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(mask_of(x, held), x > 0)


@given(FLOATS, st.sampled_from(list(BOUNDS)), st.integers(0, 2**32 - 1))
@settings(max_examples=120)
def test_within(drawn: tuple[Array, int], bounds: str, seed: int) -> None:
    x, code = drawn
    rng = np.random.default_rng(seed)
    feeds: dict[str, Any] = {"x": x}
    for name in BOUNDS[bounds][1:]:
        if name:
            feeds[name] = tensor(rng, code, ((), (1,))[rng.integers(2)], 0.9, 0.5)
    y, held = mask_pack(BOUNDS[bounds], "within").agrees(feeds)
    assert_same_bits(y, x)
    with np.errstate(invalid="ignore"):
        expected = ~np.isnan(x)
        if "low" in feeds:
            expected &= x >= feeds["low"]
        if "high" in feeds:
            expected &= x <= feeds["high"]
    np.testing.assert_array_equal(mask_of(x, held), expected)


@pytest.mark.parametrize("code", FLOAT_TYPES)
def test_within_at_its_bounds(code: int) -> None:
    """Relu6's mask: the bounds themselves are inside, -0.0 equals 0, their neighbours are not."""
    dtype = NUMPY_TYPES[code]
    low, high = np.array(0, dtype), np.array(6, dtype)
    above = (high.view(f"u{dtype.itemsize}") + np.array(1, f"u{dtype.itemsize}")).view(dtype)
    below = np.array(SPECIAL_BITS[code][3], f"u{dtype.itemsize}").view(dtype)
    x = np.array([low, np.negative(low), high, below, above, np.array(3, dtype)])
    feeds = {"x": x, "low": low, "high": high}
    _, held = mask_pack(BOUNDS["both"], "within").agrees(feeds)
    assert mask_of(x, held).tolist() == [True, True, True, False, False, True]


@pytest.mark.parametrize("code", FLOAT_TYPES)
@pytest.mark.parametrize("predicate", ["positive", "within"])
def test_several_blocks(code: int, predicate: str) -> None:
    x = tensor(np.random.default_rng(5), code, (3, 5 * BLOCK + 13), 0.9, 0.1)
    feeds = {"x": x, "low": np.array(-1, x.dtype), "high": np.array([2], x.dtype)}
    y, _ = mask_pack(BOUNDS["both"], predicate).agrees(feeds)
    assert_same_bits(y, x)


def test_refuses_a_bound_of_two_elements() -> None:
    node = mask_pack(BOUNDS["only low"], "within")
    node.refusal({"x": np.zeros(3, np.float32), "low": np.zeros(2, np.float32)})


def test_refuses_another_predicate() -> None:
    node, feeds = mask_pack(("x",), "negative"), {"x": np.zeros(3, np.float32)}
    for run in (node.native, node.reference):
        with pytest.raises(Exception, match=f"{MASK_PACK}.*negative"):
            run(feeds)


def test_refuses_integers() -> None:
    node, feeds = mask_pack(("x",), "positive"), {"x": np.zeros(3, np.int32)}
    for run in (node.native, node.reference):
        with pytest.raises(Exception, match=MASK_PACK):
            run(feeds)
