r"""What every held form begins with: its encoding, element type, dims and number of values.

Layout, little endian (offsets in bytes):

====== ======== ====================================================================
0      4        magic ``BGH1``
4      1        encoding: 0 dense, 1 bitmap, 2 bits, 3 index, 4 coded
5      1        element type of the held tensor, ONNX's ``TensorProto.DataType``
6      1        rank, 0 to 8
7      1        reserved, zero
8      8        ``stored``: values in the payload (bits: 0)
16     8 * rank dims
then            zeros up to a multiple of 64, where the payload begins
====== ======== ====================================================================

>>> header = Header(encoding=2, dtype=1, dims=(2, 3), stored=0)
>>> blob = header.encode()
>>> bytes(blob[:8]), blob.size
(b'BGH1\x02\x01\x02\x00', 64)
>>> parse(blob) == header
True
"""

import dataclasses
import math
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.element_types import NUMPY_TYPES, element_width
from bitgraph.codecs.malformed import MalformedBlobError

MAGIC = b"BGH1"
MAX_RANK = 8
ALIGNMENT = 64
"""Header and inner sections are padded with zeros to a multiple of this."""

MAX_COUNT = 2**56
"""More elements than any machine can hold; below it no size overflows 64 bits."""

_FIXED = struct.Struct("<4sBBBBQ")
_ENCODINGS = range(5)


@dataclasses.dataclass(frozen=True)
class Header:
    """The header's fields; what follows from them are properties."""

    encoding: int
    dtype: int
    dims: tuple[int, ...]
    stored: int

    @property
    def count(self) -> int:
        """Number of elements of the held tensor."""
        return math.prod(self.dims)

    @property
    def width(self) -> int:
        """Bytes of one element of the held tensor."""
        return element_width(self.dtype)

    @property
    def size(self) -> int:
        """Bytes of the header with its padding: where the payload begins."""
        return align(_FIXED.size + 8 * len(self.dims))

    def encode(self) -> npt.NDArray[np.uint8]:
        """Return the header's bytes.

        Raises:
            MalformedBlobError: More than eight dims.
        """
        if len(self.dims) > MAX_RANK:
            raise MalformedBlobError("rank", len(self.dims), f"at most {MAX_RANK}")
        fixed = _FIXED.pack(MAGIC, self.encoding, self.dtype, len(self.dims), 0, self.stored)
        dims = struct.pack(f"<{len(self.dims)}Q", *self.dims)
        return np.frombuffer((fixed + dims).ljust(self.size, b"\0"), np.uint8)


def align(size: int) -> int:
    """Return ``size`` rounded up to a multiple of the alignment."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def parse(blob: npt.NDArray[np.uint8]) -> Header:
    """Return the header at the start of ``blob``; nothing behind the header is read.

    Raises:
        MalformedBlobError: The bytes are not a header, or one that no tensor can have.
    """
    _check_bytes(blob)
    if blob.size < _FIXED.size:
        raise MalformedBlobError("length of the held form", blob.size, f"at least {_FIXED.size}")
    magic, encoding, dtype, rank, reserved, stored = _FIXED.unpack(blob[: _FIXED.size].tobytes())
    if magic != MAGIC:
        raise MalformedBlobError("magic number", _as_number(magic), _as_number(MAGIC))
    if encoding not in _ENCODINGS:
        raise MalformedBlobError("encoding", encoding, f"at most {_ENCODINGS[-1]}")
    if dtype not in NUMPY_TYPES:
        raise MalformedBlobError("element type", dtype, f"one of {sorted(NUMPY_TYPES)}")
    if rank > MAX_RANK:
        raise MalformedBlobError("rank", rank, f"at most {MAX_RANK}")
    if reserved:
        raise MalformedBlobError("reserved byte", reserved, 0)
    size = align(_FIXED.size + 8 * rank)
    if blob.size < size:
        raise MalformedBlobError(f"length of the held form of rank {rank}", blob.size, f"at least {size}")
    end = _FIXED.size + 8 * rank
    dims = struct.unpack(f"<{rank}Q", blob[_FIXED.size : end].tobytes())
    _check_dims(dims)
    check_zeros(blob[end:size], "header padding")
    return Header(encoding, dtype, dims, stored)


def check_zeros(padding: npt.NDArray[np.uint8], what: str) -> None:
    """Raise unless every byte of ``padding`` is zero."""
    if padding.any():
        raise MalformedBlobError(f"{what}, largest byte", int(padding.max()), 0)


def _check_bytes(blob: npt.NDArray[Any]) -> None:
    if blob.ndim != 1:
        raise MalformedBlobError("rank of the held form's own tensor", blob.ndim, 1)
    if blob.dtype != np.uint8:
        raise MalformedBlobError("bytes of the held form's own elements", blob.itemsize, "1 (uint8)")


def _check_dims(dims: tuple[int, ...]) -> None:
    # A dim of zero must not hide an absurd one beside it: the runtime multiplies them too.
    largest = math.prod(dim for dim in dims if dim)
    if largest > MAX_COUNT:
        raise MalformedBlobError("product of the dims", largest, f"at most {MAX_COUNT}")


def _as_number(magic: bytes) -> int:
    return int.from_bytes(magic, "little")
