"""Bytes written by earlier versions: they are read as before, and written as before."""

import pathlib

import laws
import numpy as np
import pytest

from bitgraph.codecs import CODECS, decode, validate

FIXTURES = pathlib.Path(__file__).parents[1] / "fixtures"
HELD = sorted(FIXTURES.glob("*/*.held"))


def test_every_encoding_has_fixtures() -> None:
    assert {path.parent.name for path in HELD} >= {codec.name for codec in CODECS.values()}


@pytest.mark.parametrize("path", HELD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_bytes_and_meaning_are_unchanged(path: pathlib.Path) -> None:
    blob = np.frombuffer(path.read_bytes(), np.uint8)
    header = validate(blob)
    restored = decode(blob)
    bits = np.load(path.with_suffix(".npy"))
    assert CODECS[header.encoding].name == path.parent.name
    laws.assert_same_bits(restored, bits)
    encoded = CODECS[header.encoding].encode(bits.view(restored.dtype), header.dtype)
    assert encoded.tobytes() == blob.tobytes()
