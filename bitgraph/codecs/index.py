"""The index form: one byte an element."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.base import Codec
from bitgraph.codecs.header import Header
from bitgraph.codecs.malformed import MalformedBlobError


class Index(Codec):
    """One byte an element: where in its window each element of a pooled tensor came from.

    Payload: ``count`` bytes in row-major order. ``stored`` is ``count``. The header's element
    type is that of the pooled tensor; what is restored is uint8. Which values are in range
    depends on the window and is its reader's check.

    >>> import numpy as np
    >>> blob = Index().encode(np.array([[3, 0]], np.uint8), dtype=1)
    >>> blob.size, blob[64:].tolist()
    (66, [3, 0])
    """

    encoding = 3
    name = "index"

    def encode(self, values: npt.NDArray[Any], dtype: int) -> npt.NDArray[np.uint8]:
        """Return the header and a byte for each element."""
        header = Header(self.encoding, dtype, values.shape, values.size)
        return np.concatenate([header.encode(), values.astype(np.uint8).reshape(-1)])

    def payload_size(self, header: Header) -> int:
        """Return the number of elements."""
        if header.stored != header.count:
            raise MalformedBlobError("number of stored indices", header.stored, header.count)
        return header.count

    def check(self, header: Header, payload: npt.NDArray[np.uint8]) -> None:
        """Every payload of the right size is good."""

    def restore(self, header: Header, payload: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """Return the indices as uint8."""
        return np.array(payload).reshape(header.dims)
