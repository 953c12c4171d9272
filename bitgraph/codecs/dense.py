"""The dense form: the elements as they are."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.base import Codec
from bitgraph.codecs.element_types import NUMPY_TYPES
from bitgraph.codecs.header import Header
from bitgraph.codecs.malformed import MalformedBlobError


class Dense(Codec):
    """The elements as they are: what a tensor with few zeros, or none at all, is held as.

    Payload: ``count`` elements in row-major order. ``stored`` is ``count``.

    >>> import numpy as np
    >>> blob = Dense().encode(np.array([1, 2], np.uint8), dtype=2)
    >>> blob.size, blob[64:].tolist()
    (66, [1, 2])
    """

    encoding = 0
    name = "dense"

    def encode(self, values: npt.NDArray[Any], dtype: int) -> npt.NDArray[np.uint8]:
        """Return the header and the elements."""
        header = Header(self.encoding, dtype, values.shape, values.size)
        elements = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        return np.concatenate([header.encode(), elements])

    def payload_size(self, header: Header) -> int:
        """Return the bytes of all elements."""
        if header.stored != header.count:
            raise MalformedBlobError("number of stored elements", header.stored, header.count)
        return header.count * header.width

    def check(self, header: Header, payload: npt.NDArray[np.uint8]) -> None:
        """Every payload of the right size is good."""

    def restore(self, header: Header, payload: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """Return the elements."""
        elements: npt.NDArray[Any] = payload.copy().view(NUMPY_TYPES[header.dtype])
        return elements.reshape(header.dims)
