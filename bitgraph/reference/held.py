"""Read and write held forms as an operator does: errors name the operator."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs import Codec, MalformedBlobError, decode, parse


@contextlib.contextmanager
def told_by(op: str) -> Iterator[None]:
    """Let an error about a held form name the operator that met it."""
    try:
        yield
    except MalformedBlobError as error:
        raise error.within(op) from None


def read_held(
    blob: npt.NDArray[np.uint8], codecs: tuple[type[Codec], ...], dtype: int, or_else: int | None = None
) -> npt.NDArray[Any]:
    """Return what ``blob`` holds, if it is of one of ``codecs`` and of element type ``dtype`` or ``or_else``.

    Raises:
        MalformedBlobError: It is malformed, or of another encoding or element type.
    """
    header = parse(blob)
    encodings = [codec.encoding for codec in codecs]
    if header.encoding not in encodings:
        expected = " or ".join(map(str, encodings))
        raise MalformedBlobError("encoding", header.encoding, expected)
    if header.dtype not in {dtype, or_else}:
        raise MalformedBlobError("element type", header.dtype, dtype)
    return decode(blob)
