"""The bitmap form: a bit an element, and the elements that are not zero."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.base import Codec
from bitgraph.codecs.bits import bit_bytes, check_padding_bits, pack_bits, unpack_bits
from bitgraph.codecs.element_types import NUMPY_TYPES, bit_pattern
from bitgraph.codecs.header import Header, align, check_zeros
from bitgraph.codecs.malformed import MalformedBlobError

BLOCK = 16384
"""Elements of one block: each can be decoded without the others."""

_POPCOUNT = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(axis=1)


class Bitmap(Codec):
    """A bit an element, and the elements that are not zero: exact, small for sparse tensors.

    An element is *zero* when all its bits are: -0.0 and every NaN are stored. Payload, with
    ``blocks = ceil(count / 16384)``:

    1. ``blocks + 1`` u64: how many elements that are not zero come before each block, and in the
       end before the end, which is ``stored``. Zeros up to a multiple of 64.
    2. ``ceil(count / 8)`` bytes, a bit an element as in the bits form. Zeros as after section 1.
    3. The ``stored`` elements that are not zero, in order. The blob ends right after them.

    >>> import numpy as np
    >>> blob = Bitmap().encode(np.array([0, 7, 0, 9], np.uint8), dtype=2)
    >>> blob.size, blob[64:80].view("<u8").tolist(), bin(blob[128]), blob[192:].tolist()
    (194, [0, 2], '0b1010', [7, 9])
    """

    encoding = 1
    name = "bitmap"

    def encode(self, values: npt.NDArray[Any], dtype: int) -> npt.NDArray[np.uint8]:
        """Return the header, the offsets, the bitmap and the elements that are not zero."""
        elements = bit_pattern(values)
        stored = elements[elements != 0]
        header = Header(self.encoding, dtype, values.shape, stored.size)
        packed = pack_bits(elements)
        blob = np.zeros(header.size + self.payload_size(header), np.uint8)
        blob[: header.size] = header.encode()
        offsets, bitmap, value_bytes = _sections(header, blob[header.size :])
        offsets[: 8 * (_blocks(header) + 1)] = _offsets(packed).view(np.uint8)
        bitmap[: packed.size] = packed
        value_bytes[:] = stored.view(np.uint8)
        return blob

    def payload_size(self, header: Header) -> int:
        """Return the bytes of the three sections."""
        if header.stored > header.count:
            raise MalformedBlobError("number of stored elements", header.stored, f"at most {header.count}")
        return _values_start(header) + header.stored * header.width

    def check(self, header: Header, payload: npt.NDArray[np.uint8]) -> None:
        """Raise unless offsets, bits and ``stored`` agree and all padding is zero."""
        offset_bytes, bitmap, _ = _sections(header, payload)
        used = 8 * (_blocks(header) + 1)
        check_zeros(offset_bytes[used:], "padding after the offsets")
        packed = bitmap[: bit_bytes(header.count)]
        check_zeros(bitmap[packed.size :], "padding after the bitmap")
        check_padding_bits(packed, header.count)
        expected = _offsets(packed)
        _check_offsets(offset_bytes[:used].copy().view("<u8"), expected)
        if (found := int(expected[-1])) != header.stored:
            raise MalformedBlobError("number of set bits", found, header.stored)

    def restore(self, header: Header, payload: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """Return the elements: zeros, and the stored ones where their bits are."""
        _, bitmap, value_bytes = _sections(header, payload)
        elements = np.zeros(header.count, f"<u{header.width}")
        elements[unpack_bits(bitmap, header.count)] = value_bytes.copy().view(elements.dtype)
        return elements.view(NUMPY_TYPES[header.dtype]).reshape(header.dims)


def _blocks(header: Header) -> int:
    return -(-header.count // BLOCK)


def _bitmap_start(header: Header) -> int:
    return align(8 * (_blocks(header) + 1))


def _values_start(header: Header) -> int:
    return _bitmap_start(header) + align(bit_bytes(header.count))


def _sections(
    header: Header, payload: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the offsets, the bitmap (both with their padding) and the values."""
    bitmap, values = _bitmap_start(header), _values_start(header)
    return payload[:bitmap], payload[bitmap:values], payload[values:]


def _offsets(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Return how many bits are set before each block of the bitmap, and in all."""
    starts = np.arange(0, packed.size, BLOCK // 8)
    counts = np.add.reduceat(_POPCOUNT[packed], starts) if starts.size else starts
    return np.concatenate([[0], np.cumsum(counts)]).astype("<u8")


def _check_offsets(found: npt.NDArray[np.uint64], expected: npt.NDArray[np.uint64]) -> None:
    """Raise unless each block's offset is the number of bits set before it."""
    if (wrong := np.flatnonzero(found != expected)).size:
        block = int(wrong[0])
        raise MalformedBlobError(f"offset of block {block}", int(found[block]), int(expected[block]))
