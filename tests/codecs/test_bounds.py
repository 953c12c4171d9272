"""Reading any bytes at all is safe."""

import laws
import numpy as np
import pytest
from held_values import tensors
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto

from bitgraph.codecs import CODECS, Bitmap, Bits, MalformedBlobError, decode, parse

SMALL = st.lists(st.integers(0, 6), max_size=4).map(tuple)
WRITES = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=4)


@given(tensors(shapes=SMALL), st.sampled_from([0, 1]), WRITES)
def test_overwritten_bytes_of_values(
    drawn: tuple[laws.Array, int], encoding: int, writes: list[tuple[int, int]]
) -> None:
    laws.accepts_only_what_is_written(_overwritten(CODECS[encoding].encode(*drawn), writes))


@given(tensors(types=[TensorProto.BOOL], shapes=SMALL), WRITES)
def test_overwritten_bytes_of_bits(drawn: tuple[laws.Array, int], writes: list[tuple[int, int]]) -> None:
    laws.accepts_only_what_is_written(_overwritten(Bits().encode(*drawn), writes))


@given(st.binary(max_size=200))
def test_any_bytes(tail: bytes) -> None:
    for head in (b"", b"BGH1", b"BGH1\x01\x01\x01\x00"):
        laws.accepts_only_what_is_written(np.frombuffer(head + tail, np.uint8))


def test_huge_dims_take_no_memory() -> None:
    blob = Bitmap().encode(np.zeros((1, 1), np.uint8), TensorProto.UINT8)
    blob[16:32].view("<u8")[:] = 2**28
    with pytest.raises(MalformedBlobError, match=r"length of the held form is 192, expected"):
        decode(blob)


def test_zero_does_not_hide_a_huge_dim() -> None:
    blob = Bits().encode(np.zeros((0, 1), np.bool_), TensorProto.BOOL)
    blob[24:32].view("<u8")[:] = 2**63
    with pytest.raises(MalformedBlobError, match=f"product of the dims is {2**63}"):
        parse(blob)


def test_the_blob_itself_must_be_flat_bytes() -> None:
    blob = Bits().encode(np.zeros(3, np.bool_), TensorProto.BOOL)
    with pytest.raises(MalformedBlobError, match="own tensor is 2, expected 1"):
        decode(blob[None])
    with pytest.raises(MalformedBlobError, match="own elements is 2, expected 1"):
        decode(blob.astype(np.uint16))


def _overwritten(blob: laws.Blob, writes: list[tuple[int, int]]) -> laws.Blob:
    for at, value in writes:
        blob[at % blob.size] = value
    return blob
