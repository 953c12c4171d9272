"""Write the stored held forms of tests/fixtures: ``python tools/write_held_fixtures.py FOLDER``.

Each is a pair of files: ``NAME.held``, the bytes, and ``NAME.npy``, the bits of what they hold.
They pin the format: every later version must read and write these bytes. So a file that is there
is never written again; a new case is a new name.
"""

import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from bitgraph.codecs import CODECS, Codec, bit_pattern
from bitgraph.codecs.element_types import NUMPY_TYPES

Case = tuple[str, npt.NDArray[Any], int]

_SPECIAL_FLOATS = [0, 0x80000000, 1, 0x7F800000, 0xFF800000, 0x7FC00001, 0x7F800001, 0x3F800000]


def main() -> None:
    """Write the files that are not there yet."""
    folder = pathlib.Path(sys.argv[1])
    for codec in CODECS.values():
        target = folder / codec.name
        target.mkdir(parents=True, exist_ok=True)
        for name, values, dtype in _cases(codec):
            _write(target / name, codec.encode(values, dtype), values)


def _write(path: pathlib.Path, blob: npt.NDArray[np.uint8], values: npt.NDArray[Any]) -> None:
    held = path.with_suffix(".held")
    if held.exists():
        print(f"kept {held}")
        return
    held.write_bytes(blob.tobytes())
    np.save(path.with_suffix(".npy"), bit_pattern(values).reshape(values.shape))
    print(f"wrote {held}")


def _cases(codec: Codec) -> Iterator[Case]:
    rng = np.random.default_rng(20240601)
    if codec.name == "bits":
        yield "empty", np.zeros((0, 4), np.bool_), TensorProto.BOOL
        yield "bool_13", rng.random(13) < 0.5, TensorProto.BOOL
        yield "float16_mask_4x4x9", rng.random((4, 4, 9)) < 0.5, TensorProto.FLOAT16
        yield "float_mask_3x11", rng.random((3, 11)) < 0.5, TensorProto.FLOAT
        yield "double_mask_17", rng.random(17) < 0.5, TensorProto.DOUBLE
        return
    if codec.name == "index":
        yield "empty", np.zeros((0, 3, 2, 2), np.uint8), TensorProto.FLOAT
        yield "float_2x3x4x5", rng.integers(0, 9, (2, 3, 4, 5), np.uint8), TensorProto.FLOAT
        yield "double_1x2x7", rng.integers(0, 3, (1, 2, 7), np.uint8), TensorProto.DOUBLE
        return
    if codec.name == "coded":
        special = np.array(_SPECIAL_FLOATS, np.uint32).view(np.float32)
        yield "empty", np.zeros((2, 0), np.float32), TensorProto.FLOAT
        yield "special_floats", special.reshape(2, 4), TensorProto.FLOAT
        yield "two_blocks", _normal_bits(rng, (3, 5503)), TensorProto.FLOAT
        return
    special = np.array(_SPECIAL_FLOATS, np.uint32).view(np.float32).reshape(2, 4)
    yield "special_floats", special, TensorProto.FLOAT
    yield "scalar", np.array(-2.5), TensorProto.DOUBLE
    yield "empty", np.zeros((2, 0), np.int64), TensorProto.INT64
    yield (
        "rank_8",
        _sparse(rng, TensorProto.BFLOAT16, (1, 2, 1, 3, 1, 2, 1, 5)),
        TensorProto.BFLOAT16,
    )
    if codec.name == "bitmap":
        yield "three_blocks", _sparse(rng, TensorProto.UINT8, (3, 11003)), TensorProto.UINT8
    for name in ("INT8", "FLOAT16", "INT32", "UINT64"):
        code = TensorProto.DataType.Value(name)
        yield f"{name.lower()}_7x19", _sparse(rng, code, (7, 19)), code


def _sparse(rng: np.random.Generator, code: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    dtype = NUMPY_TYPES[code]
    bits = rng.integers(1, 200, shape, f"u{dtype.itemsize}") * (rng.random(shape) < 0.2)
    sparse: npt.NDArray[Any] = bits.astype(f"u{dtype.itemsize}").view(dtype)
    return sparse


def _normal_bits(rng: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Return floats whose exponents are those of a normal distribution, made of integers alone."""
    exponents = 128 - rng.geometric(0.5, shape).astype(np.uint32)
    rest = rng.integers(0, 2**24, shape, np.uint32)
    return (exponents << 23 | rest >> 23 << 31 | rest & 0x7FFFFF).view(np.float32)


if __name__ == "__main__":
    main()
