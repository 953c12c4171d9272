"""Held forms in NumPy: what each encoding's bytes mean.

A held form is one uint8 array that describes itself; ``base`` states the contract, ``header`` the
bytes that all begin with, and each codec's docstring its payload.
"""

from bitgraph.codecs.base import Codec
from bitgraph.codecs.bitmap import BLOCK, Bitmap
from bitgraph.codecs.bits import Bits
from bitgraph.codecs.coded import GROUP, WINDOW, Coded
from bitgraph.codecs.dense import Dense
from bitgraph.codecs.element_types import bit_pattern, element_code, element_width
from bitgraph.codecs.header import Header, parse
from bitgraph.codecs.hold import hold, hold_coded
from bitgraph.codecs.index import Index
from bitgraph.codecs.malformed import MalformedBlobError
from bitgraph.codecs.registry import CODECS, blob_size, decode, validate

__all__ = [
    "BLOCK",
    "CODECS",
    "GROUP",
    "WINDOW",
    "Bitmap",
    "Bits",
    "Codec",
    "Coded",
    "Dense",
    "Header",
    "Index",
    "MalformedBlobError",
    "bit_pattern",
    "blob_size",
    "decode",
    "element_code",
    "element_width",
    "hold",
    "hold_coded",
    "parse",
    "validate",
]
