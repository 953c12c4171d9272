"""The coded form: the exponents of 32-bit floats in three bits each, the rest as it is."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from bitgraph.codecs.base import Codec
from bitgraph.codecs.bitmap import BLOCK
from bitgraph.codecs.bits import pack_bits, unpack_bits
from bitgraph.codecs.element_types import bit_pattern
from bitgraph.codecs.header import Header, align, check_zeros
from bitgraph.codecs.malformed import MalformedBlobError

WINDOW = 512
"""Elements that share a top."""

GROUP = 64
"""Elements whose codes lie together."""

ESCAPE = 7
"""The code of an exponent outside its window, and the number of exponents in a window."""

_CODE_BITS = 3
_LOWEST_TOP = ESCAPE - 1
_CANDIDATES = 16

_Bytes = npt.NDArray[np.uint8]


class Coded(Codec):
    """The exponents of 32-bit floats in three bits each: exact, 0.85 of dense where few are zero.

    Within 512 neighbours most exponents are one of seven. ``code`` is how far an exponent lies
    below its window's ``top``: 0 to 6, or 7, an *escape*, for one that is not in the window. The
    top is that one of the window's 16 largest exponents (6 if smaller) which leaves the fewest
    outside, and the highest of several. Payload, with ``blocks = ceil(count / 16384)``, and zeros
    after each section but the last up to a multiple of 64:

    1. ``blocks + 1`` u64: how many escapes come before each block, and in the end before the end,
       which is ``stored``.
    2. ``ceil(count / 512)`` bytes, the tops.
    3. ``ceil(count / 64)`` times 24 bytes, the codes of 64 elements: bit 0 of each, then bit 1 of
       each, then bit 2, each as in the bits form. The bits past the last element are zero.
    4. ``count`` u16: bits 0 to 15 of each element.
    5. ``count`` bytes: each element's sign and bits 16 to 22.
    6. ``stored`` bytes: the exponents whose code is 7, in order. The blob ends right after them.

    >>> import numpy as np
    >>> blob = Coded().encode(np.array([1, -3, 0], np.float32), dtype=1)
    >>> int(blob[128]), blob[192:216:8].tolist(), blob[256:262].view("<u2").tolist()
    (128, [5, 4, 4], [0, 0, 0])
    >>> blob[320:323].tolist(), blob[384:].tolist()
    ([0, 192, 0], [0])
    """

    encoding = 4
    name = "coded"

    def encode(self, values: npt.NDArray[Any], dtype: int) -> _Bytes:
        """Return the header and the six sections."""
        elements = bit_pattern(values)
        exponents = (elements >> 23 & 0xFF).astype(np.uint8)
        tops = _tops(exponents)
        codes = np.minimum(_per_element(tops, exponents.size) - exponents, ESCAPE)
        outside = codes == ESCAPE
        header = Header(self.encoding, dtype, values.shape, int(np.count_nonzero(outside)))
        blob = np.zeros(header.size + self.payload_size(header), np.uint8)
        blob[: header.size] = header.encode()
        parts = _parts(header, blob[header.size :])
        parts.offsets[:] = _offsets(outside).view(np.uint8)
        parts.tops[:] = tops
        parts.codes[:] = _packed(codes)
        parts.low[:] = elements.astype("<u2").view(np.uint8)
        parts.high[:] = elements >> 24 & 0x80 | elements >> 16 & 0x7F
        parts.escapes[:] = exponents[outside]
        return blob

    def payload_size(self, header: Header) -> int:
        """Return the bytes of the six sections."""
        if header.dtype != TensorProto.FLOAT:
            raise MalformedBlobError("element type of a coded tensor", header.dtype, TensorProto.FLOAT)
        if header.stored > header.count:
            raise MalformedBlobError("number of escapes", header.stored, f"at most {header.count}")
        return sum(map(align, _sizes(header))) + header.stored

    def check(self, header: Header, payload: _Bytes) -> None:
        """Raise unless offsets, codes and ``stored`` agree, tops have room and padding is zero."""
        start = 0
        for name, size in zip(_SECTIONS, _sizes(header), strict=True):
            check_zeros(payload[start + size : start + align(size)], f"padding after the {name}")
            start += align(size)
        parts = _parts(header, payload)
        if parts.tops.size and (lowest := int(parts.tops.min())) < _LOWEST_TOP:
            raise MalformedBlobError("lowest top", lowest, f"at least {_LOWEST_TOP}")
        codes = _unpacked(parts.codes)
        if (padding := codes[header.count :]).any():
            raise MalformedBlobError(f"largest code after code {header.count - 1}", int(padding.max()), 0)
        expected = _offsets(codes[: header.count] == ESCAPE)
        found = parts.offsets.copy().view("<u8")
        if (wrong := np.flatnonzero(found != expected)).size:
            block = int(wrong[0])
            raise MalformedBlobError(f"offset of block {block}", int(found[block]), int(expected[block]))
        if (escapes := int(expected[-1])) != header.stored:
            raise MalformedBlobError("number of escapes among the codes", escapes, header.stored)

    def restore(self, header: Header, payload: _Bytes) -> npt.NDArray[Any]:
        """Return the elements, put together from their parts."""
        parts = _parts(header, payload)
        codes = _unpacked(parts.codes)[: header.count]
        exponents = _per_element(parts.tops, header.count) - codes
        exponents[codes == ESCAPE] = parts.escapes
        high, low = parts.high.astype("<u4"), parts.low.copy().view("<u2").astype("<u4")
        bits = (high & 0x80) << 24 | exponents.astype("<u4") << 23 | (high & 0x7F) << 16 | low
        elements: npt.NDArray[Any] = bits.astype("<u4").view(np.float32)
        return elements.reshape(header.dims)


_SECTIONS = ("offsets", "tops", "codes", "low halves", "high bytes")


@dataclasses.dataclass(frozen=True)
class _Parts:
    """Views of a payload's sections, without the padding between them."""

    offsets: _Bytes
    tops: _Bytes
    codes: _Bytes
    low: _Bytes
    high: _Bytes
    escapes: _Bytes


def _sizes(header: Header) -> tuple[int, ...]:
    """Return the bytes of each section but the last, without padding."""
    count = header.count
    code_bytes = -(-count // GROUP) * GROUP * _CODE_BITS // 8
    return 8 * (-(-count // BLOCK) + 1), -(-count // WINDOW), code_bytes, 2 * count, count


def _parts(header: Header, payload: _Bytes) -> _Parts:
    sizes = _sizes(header)
    starts = np.cumsum([0, *map(align, sizes)]).tolist()
    sections = (payload[start : start + size] for start, size in zip(starts, sizes, strict=False))
    offsets, tops, codes, low, high = sections
    return _Parts(offsets, tops, codes, low, high, payload[starts[-1] :])


def _tops(exponents: _Bytes) -> _Bytes:
    """Return the top of each window."""
    windows = -(-exponents.size // WINDOW)
    window = np.arange(exponents.size) // WINDOW
    counts = np.bincount(window * 256 + exponents, minlength=windows * 256).reshape(windows, 256)
    below = np.pad(np.cumsum(counts, axis=1), ((0, 0), (1, 0)))
    tops = np.maximum(np.arange(256), _LOWEST_TOP)
    occurs = counts > 0
    candidates = occurs & (np.cumsum(occurs[:, ::-1], axis=1)[:, ::-1] <= _CANDIDATES)
    inside = np.where(candidates, below[:, tops + 1] - below[:, tops - _LOWEST_TOP], -1)
    best = 255 - np.argmax(inside[:, ::-1], axis=1)
    chosen: _Bytes = tops[best].astype(np.uint8)
    return chosen


def _per_element(tops: _Bytes, count: int) -> _Bytes:
    return np.repeat(tops, WINDOW)[:count]


def _packed(codes: _Bytes) -> _Bytes:
    """Return the bits of the codes, for each group three strings of eight bytes."""
    groups = np.pad(codes, (0, -codes.size % GROUP)).reshape(-1, 1, GROUP)
    return pack_bits((groups >> np.arange(_CODE_BITS)[:, None] & 1).reshape(-1))


def _unpacked(packed: _Bytes) -> _Bytes:
    """Return the codes of all groups, those of the padding included."""
    bits = unpack_bits(packed, 8 * packed.size).reshape(-1, _CODE_BITS, GROUP)
    weighted = bits * np.array([1, 2, 4], np.uint8)[:, None]
    codes: _Bytes = weighted.sum(axis=1, dtype=np.uint8).reshape(-1)
    return codes


def _offsets(outside: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """Return how many escapes come before each block, and in all."""
    starts = np.arange(0, outside.size, BLOCK)
    counts = np.add.reduceat(outside, starts, dtype=np.int64) if starts.size else starts
    return np.concatenate([[0], np.cumsum(counts)]).astype("<u8")
