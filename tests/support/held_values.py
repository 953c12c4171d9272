"""Tensors to hold, drawn by hypothesis: every element type, odd shapes, special bit patterns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from onnx import TensorProto

from bitgraph.codecs import BLOCK
from bitgraph.codecs.element_types import NUMPY_TYPES

Array = npt.NDArray[Any]

ALL_TYPES = tuple(sorted(NUMPY_TYPES))
FLOAT_TYPES = (
    TensorProto.FLOAT,
    TensorProto.FLOAT16,
    TensorProto.DOUBLE,
    TensorProto.BFLOAT16,
)

# Zeros of both signs, subnormals, infinities, quiet and signalling NaN with payloads, one.
SPECIAL_BITS: dict[int, list[int]] = {
    TensorProto.FLOAT: [
        *(0, 0x80000000, 1, 0x80000001, 0x7F800000, 0xFF800000, 0x3F800000),
        *(0x7FC00001, 0x7F800001, 0xFFC00ABC, 0xFF800001, 0xFFFFFFFF),
    ],
    TensorProto.DOUBLE: [
        *(0, 1 << 63, 1, 1 << 63 | 1, 0x7FF << 52, 0xFFF << 52, 0x3FF << 52),
        *(0x7FF8 << 48 | 1, 0x7FF << 52 | 1, 0xFFF8 << 48 | 7, 0xFFF << 52 | 1, 2**64 - 1),
    ],
    TensorProto.FLOAT16: [
        *(0, 0x8000, 1, 0x8001, 0x7C00, 0xFC00, 0x3C00),
        *(0x7E01, 0x7C01, 0xFE07, 0xFC01, 0xFFFF),
    ],
    TensorProto.BFLOAT16: [
        *(0, 0x8000, 1, 0x8001, 0x7F80, 0xFF80, 0x3F80),
        *(0x7FC1, 0x7F81, 0xFFC7, 0xFF81, 0xFFFF),
    ],
}

_EDGES = [
    (0,),
    (2, 0, 3),
    (),
    (1,),
    (7,),
    (8,),
    (9,),
    (BLOCK - 1,),
    (BLOCK,),
    (BLOCK + 1,),
    (2, BLOCK),
    (5 * BLOCK + 3,),
]

SHAPES = st.lists(st.integers(0, 5), max_size=6).map(tuple) | st.sampled_from(_EDGES)
"""Small shapes of any rank, and sizes around the edges of bytes and blocks."""


def near_one(rng: np.random.Generator, shape: tuple[int, ...], wild: float) -> npt.NDArray[np.float32]:
    """Return normally distributed numbers, of which a share is any bits."""
    values = rng.standard_normal(shape).astype(np.float32)
    bits = rng.integers(0, 2**32, shape, np.uint32).view(np.float32)
    return np.where(rng.random(shape) < wild, bits, values)


@st.composite
def tensors(
    draw: st.DrawFn,
    types: Sequence[int] = ALL_TYPES,
    shapes: st.SearchStrategy[tuple[int, ...]] = SHAPES,
) -> tuple[Array, int]:
    """Draw a tensor and its ONNX element type."""
    code = draw(st.sampled_from(types))
    shape = draw(shapes)
    density = draw(st.sampled_from([0.0, 0.03, 0.5, 0.97, 1.0]))
    special = draw(st.sampled_from([0.0, 0.4]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return tensor(rng, code, shape, density, special), code


def tensor(
    rng: np.random.Generator,
    code: int,
    shape: tuple[int, ...],
    density: float = 0.5,
    special: float = 0.4,
) -> Array:
    """Return random bits in which ``1 - density`` are zero and a share is special."""
    dtype = NUMPY_TYPES[code]
    bits = rng.integers(0, 2 ** (8 * dtype.itemsize), shape, f"u{dtype.itemsize}", endpoint=False)
    if code == TensorProto.BOOL:
        bits = np.ones(shape, np.uint8)
    if code in SPECIAL_BITS:
        chosen = rng.choice(np.array(SPECIAL_BITS[code], bits.dtype), shape)
        bits = np.where(rng.random(shape) < special, chosen, bits)
    bits = np.where(rng.random(shape) < density, bits, 0).astype(bits.dtype)
    result: Array = bits.view(dtype)
    return result
