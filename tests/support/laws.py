"""The laws of held forms. A test file is data and calls of these."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from corruptions import corruptions

from bitgraph.codecs import (
    CODECS,
    Bitmap,
    Codec,
    Coded,
    MalformedBlobError,
    bit_pattern,
    blob_size,
    decode,
    hold,
    parse,
    validate,
)

Array = npt.NDArray[Any]
Blob = npt.NDArray[np.uint8]


def assert_same_bits(found: Array, expected: Array) -> None:
    """Shapes, widths and every bit agree; NaN payloads and signs of zero count."""
    assert found.shape == expected.shape
    assert found.dtype.itemsize == expected.dtype.itemsize
    np.testing.assert_array_equal(bit_pattern(found), bit_pattern(expected))


def round_trips(codec: Codec, values: Array, dtype: int) -> None:
    """What is encoded comes back; the header tells the truth; encoding has one result."""
    before = values.copy()
    blob = codec.encode(values, dtype)
    assert_same_bits(values, before)
    assert blob.ndim == 1
    assert blob.dtype == np.dtype(np.uint8)

    header = validate(blob)
    assert (header.encoding, header.dtype) == (codec.encoding, dtype)
    assert header.dims == values.shape
    assert blob.size == blob_size(header)

    restored = decode(blob)
    assert restored.dtype == values.dtype
    assert_same_bits(restored, values)
    assert restored.flags.owndata or not np.shares_memory(restored, blob)
    np.testing.assert_array_equal(codec.encode(restored, dtype), blob)


def stays_near_dense(values: Array) -> None:
    """A held tensor is never larger than itself and a header, nor than the bitmap form."""
    blob = hold(values)
    header = parse(blob)
    assert blob.size <= values.nbytes + header.size
    assert blob.size <= Bitmap().encode(values, header.dtype).size
    assert blob.size <= values.nbytes + values.nbytes // 32 + header.size
    assert_same_bits(decode(blob), values)


def refuses_corruption(blob: Blob) -> None:
    """Every spoiled copy is refused in one line with the two numbers; nothing else is raised."""
    validate(blob)
    for how, spoiled in corruptions(blob):
        with pytest.raises(MalformedBlobError) as raised:
            validate(spoiled)
        with pytest.raises(MalformedBlobError, match=f"^{re.escape(str(raised.value))}$"):
            decode(spoiled)
        assert str(raised.value.found) in str(raised.value), how
        assert str(raised.value.expected) in str(raised.value), how


def accepts_only_what_is_written(spoiled: Blob) -> None:
    """Arbitrary bytes are refused, or are just what encoding their meaning gives."""
    try:
        values = decode(spoiled)
    except MalformedBlobError:
        return
    header = parse(spoiled)
    if header.encoding == Bitmap.encoding and _has_stored_zeros(spoiled):
        # Harmless: it decodes to a zero, and looking for it would cost a pass over the values.
        return
    if header.encoding == Coded.encoding:
        # Another top, or an escape inside the window, is as harmless: any good blob has one meaning.
        assert_same_bits(decode(Coded().encode(values, header.dtype)), values)
        return
    again = CODECS[header.encoding].encode(values, header.dtype)
    np.testing.assert_array_equal(again, spoiled)


def _has_stored_zeros(blob: Blob) -> bool:
    header = parse(blob)
    stored = blob[blob.size - header.stored * header.width :]
    return bool((~stored.reshape(header.stored, header.width).any(axis=1)).any())
