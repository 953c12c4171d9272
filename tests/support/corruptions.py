"""Ways to spoil a held form. Each leaves bytes that no writer could have written."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from bitgraph.codecs import BLOCK, WINDOW, Bitmap, Bits, Coded, Header, parse

Blob = npt.NDArray[np.uint8]

_BYTES = {
    "magic 0": (0, [0, 255]),
    "magic 3": (3, [0, 255]),
    "encoding": (4, [5, 255]),
    "element type": (5, [0, 8, 14, 15, 21, 255]),
    "rank": (6, [9, 255]),
    "reserved": (7, [1, 255]),
}
_HUGE = (2**56 + 1, 2**63, 2**64 - 1)


def corruptions(blob: Blob) -> Iterator[tuple[str, Blob]]:
    """Yield spoiled copies of a good ``blob``, each with a few words that say how."""
    header = parse(blob)
    yield from _resized(blob, header.size)
    for name, (at, values) in _BYTES.items():
        for value in values:
            yield f"{name} {value}", _with(blob, at, value)
    for stored in (header.stored + 1, header.stored - 1, *_HUGE):
        if stored >= 0:
            yield f"stored {stored}", _with(blob, 8, stored, 8)
    for axis, dim in enumerate(header.dims):
        # A smaller step can end in the same padding, and be the good blob of another shape.
        for other in (dim + BLOCK, *_HUGE):
            if header.count or other in _HUGE:
                yield f"dim {axis} {other}", _with(blob, 16 + 8 * axis, other, 8)
    for at in range(16 + 8 * len(header.dims), header.size):
        yield f"header padding {at}", _with(blob, at, 1)
    if header.encoding == Bitmap.encoding:
        yield from _bitmap(blob, header.size, header.count)
        yield from _miscounted(blob, header)
    if header.encoding == Coded.encoding:
        yield from _coded(blob, header)
    if header.encoding == Bits.encoding:
        yield from _padding_bits(blob, header.size, header.count)


def _resized(blob: Blob, header_size: int) -> Iterator[tuple[str, Blob]]:
    sizes = {0, 1, 4, 15, 16, 17, header_size - 1, header_size, blob.size // 2, blob.size - 1}
    for size in sorted(size for size in sizes if size < blob.size):
        yield f"cut to {size}", blob[:size].copy()
    for more in (1, 64):
        yield f"{more} longer", np.concatenate([blob, np.zeros(more, np.uint8)])


def _bitmap(blob: Blob, start: int, count: int) -> Iterator[tuple[str, Blob]]:
    blocks = -(-count // BLOCK)
    bits = start + _aligned(8 * (blocks + 1))
    for block in range(blocks + 1):
        at = start + 8 * block
        value = int(blob[at : at + 8].view("<u8")[0])
        for other in (value + 1, value - 1, 2**63, 2**64 - 1):
            if other >= 0:
                yield f"offset {block} {other}", _with(blob, at, other, 8)
    for at in (start + 8 * (blocks + 1), bits - 1):
        if start + 8 * (blocks + 1) <= at < bits:
            yield f"padding after offsets {at}", _with(blob, at, 1)
    bytes_used = -(-count // 8)
    for byte in sorted({0, bytes_used // 2, bytes_used - 1}) if bytes_used else ():
        yield f"bit of byte {byte}", _with(blob, bits + byte, int(blob[bits + byte]) ^ 1)
    yield from _padding_bits(blob, bits, count)
    end = bits + _aligned(bytes_used)
    for at in (bits + bytes_used, end - 1):
        if bits + bytes_used <= at < end:
            yield f"padding after bitmap {at}", _with(blob, at, 128)
    if blocks > 1:
        # The counts agree in sum but not by block.
        moved = blob.copy()
        offset = moved[start + 8 : start + 16].view("<u8")
        offset += np.uint64(1)
        yield "one value counted in the wrong block", moved


def _miscounted(blob: Blob, header: Header) -> Iterator[tuple[str, Blob]]:
    """Blobs whose length and number of values agree, but not with the bits."""
    extra = np.concatenate([blob, np.ones(header.width, np.uint8)])
    yield "one value more than bits", _with(extra, 8, header.stored + 1, 8)
    if header.stored:
        yield "one value less than bits", _with(blob[: -header.width], 8, header.stored - 1, 8)
    if header.count % 8:
        blocks = -(-header.count // BLOCK)
        last_byte = header.size + _aligned(8 * (blocks + 1)) + header.count // 8
        counted = _with(extra, 8, header.stored + 1, 8)
        counted = _with(counted, header.size + 8 * blocks, header.stored + 1, 8)
        yield "padding bit with a value", _with(counted, last_byte, int(blob[last_byte]) | 0x80)


def _coded(blob: Blob, header: Header) -> Iterator[tuple[str, Blob]]:
    count, start = header.count, header.size
    for other in (TensorProto.INT32, TensorProto.UINT32):
        yield f"element type {other}", _with(blob, 5, other)
    sizes = [8 * (-(-count // BLOCK) + 1), -(-count // WINDOW), -(-count // 64) * 24, 2 * count, count]
    starts = [start + sum(map(_aligned, sizes[:section])) for section in range(len(sizes))]
    for begin, size in zip(starts, sizes, strict=True):
        for at in (begin + size, begin + _aligned(size) - 1):
            if begin + size <= at < begin + _aligned(size):
                yield f"padding {at}", _with(blob, at, 64)
    for at in range(start, start + sizes[0], 8):
        value = int(blob[at : at + 8].view("<u8")[0])
        for other in (value + 1, value - 1, 2**63):
            if other >= 0:
                yield f"offset at {at} {other}", _with(blob, at, other, 8)
    for window in sorted({0, sizes[1] - 1}) if count else ():
        yield f"top {window}", _with(blob, starts[1] + window, 5)
    for element in sorted({0, count // 2, count - 1}) if count else ():
        yield f"escape {element} more or less", _other_code(blob, starts[2], element)
    if count % 64:
        yield "code after the last", _other_code(blob, starts[2], count)
    extra = np.concatenate([blob, np.ones(1, np.uint8)])
    yield "one escape more than codes", _with(extra, 8, header.stored + 1, 8)


def _other_code(blob: Blob, codes: int, element: int) -> Blob:
    """Turn an escape into code 0, and any other code into an escape."""
    spoiled = blob.copy()
    at = codes + element // 64 * 24 + element % 64 // 8
    mask = np.uint8(1 << element % 8)
    planes = spoiled[at : at + 17 : 8]
    planes[:] = planes & ~mask if (planes & mask).all() else planes | mask
    return spoiled


def _padding_bits(blob: Blob, bits: int, count: int) -> Iterator[tuple[str, Blob]]:
    last = bits + count // 8
    for bit in range(count % 8 or 8, 8):
        yield f"padding bit {bit}", _with(blob, last, int(blob[last]) | 1 << bit)


def _with(blob: Blob, at: int, value: int, size: int = 1) -> Blob:
    spoiled: Blob = blob.copy()
    spoiled[at : at + size] = np.frombuffer(value.to_bytes(size, "little"), np.uint8)
    return spoiled


def _aligned(size: int) -> int:
    return -(-size // 64) * 64
