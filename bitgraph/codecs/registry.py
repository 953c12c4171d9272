"""All encodings by their number, and what can be done with a blob of any of them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.base import Codec
from bitgraph.codecs.bitmap import Bitmap
from bitgraph.codecs.bits import Bits
from bitgraph.codecs.coded import Coded
from bitgraph.codecs.dense import Dense
from bitgraph.codecs.header import Header, parse
from bitgraph.codecs.index import Index
from bitgraph.codecs.malformed import MalformedBlobError

_ALL: tuple[Codec, ...] = (Dense(), Bitmap(), Bits(), Index(), Coded())

CODECS: dict[int, Codec] = {codec.encoding: codec for codec in _ALL}
"""The codec of each encoding number."""


def blob_size(header: Header) -> int:
    """Return the bytes of the held form that ``header`` begins.

    >>> blob_size(Header(encoding=2, dtype=1, dims=(32, 64), stored=0))
    320
    """
    return header.size + CODECS[header.encoding].payload_size(header)


def validate(blob: npt.NDArray[np.uint8]) -> Header:
    """Check a held form from end to end and return its header.

    Raises:
        MalformedBlobError: No writer could have written these bytes.
    """
    header = parse(blob)
    if (expected := blob_size(header)) != blob.size:
        raise MalformedBlobError("length of the held form", blob.size, expected)
    CODECS[header.encoding].check(header, blob[header.size :])
    return header


def decode(blob: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    """Return what a held form holds: a tensor, bool for ``bits``, uint8 for ``index``.

    Raises:
        MalformedBlobError: No writer could have written these bytes.

    >>> import numpy as np
    >>> decode(CODECS[2].encode(np.array([[True, False]]), dtype=9))
    array([[ True, False]])
    """
    header = validate(blob)
    return CODECS[header.encoding].restore(header, blob[header.size :])
