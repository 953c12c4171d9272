"""The bits form: one bit an element."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.base import Codec
from bitgraph.codecs.header import Header
from bitgraph.codecs.malformed import MalformedBlobError


class Bits(Codec):
    """One bit an element: bool tensors, and masks of tensors of another element type.

    Payload: ``ceil(count / 8)`` bytes; element ``i`` is bit ``i % 8`` of byte ``i // 8``, least
    significant first. The padding bits of the last byte are zero. ``stored`` is 0. The header's
    element type is that of the tensor the mask was made of; what is restored is bool.

    >>> import numpy as np
    >>> blob = Bits().encode(np.array([True, False, True, True]), dtype=9)
    >>> blob.size, bin(blob[64])
    (65, '0b1101')
    """

    encoding = 2
    name = "bits"

    def encode(self, values: npt.NDArray[Any], dtype: int) -> npt.NDArray[np.uint8]:
        """Return the header and a bit for each element: whether it is not zero."""
        header = Header(self.encoding, dtype, values.shape, 0)
        return np.concatenate([header.encode(), pack_bits(values.reshape(-1))])

    def payload_size(self, header: Header) -> int:
        """Return the bytes of all bits."""
        if header.stored:
            raise MalformedBlobError("number of stored values", header.stored, 0)
        return bit_bytes(header.count)

    def check(self, header: Header, payload: npt.NDArray[np.uint8]) -> None:
        """Raise unless the padding bits are zero."""
        check_padding_bits(payload, header.count)

    def restore(self, header: Header, payload: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """Return the bits as bool."""
        return unpack_bits(payload, header.count).reshape(header.dims)


def bit_bytes(count: int) -> int:
    """Return the bytes that ``count`` bits take."""
    return -(-count // 8)


def pack_bits(flags: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Return one bit for each element of a flat array: whether its bytes are not all zero."""
    return np.packbits(flags != 0, bitorder="little")


def unpack_bits(packed: npt.NDArray[np.uint8], count: int) -> npt.NDArray[np.bool_]:
    """Return the first ``count`` bits as bool."""
    return np.unpackbits(packed, count=count, bitorder="little").view(np.bool_)


def check_padding_bits(packed: npt.NDArray[np.uint8], count: int) -> None:
    """Raise unless the bits behind the first ``count`` are zero."""
    if count % 8 and (padding := int(packed[-1]) >> count % 8):
        raise MalformedBlobError(f"padding bits after bit {count - 1}", padding, 0)
