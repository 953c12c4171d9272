"""The codec contract.

A codec turns a tensor into its *held form* and back. The held form, or blob, is one
one-dimensional uint8 array that describes itself: a header (see ``header``) and a payload.

* **Exact.** ``restore`` gives back the bits that ``encode`` was given, every NaN and -0.0 too.
  ``bits`` and ``index`` hold something derived from a tensor (a bit, a small number an element);
  what was derived comes back exactly, and the header keeps the tensor's element type and dims.
* **One form.** The same values give the same bytes on every machine and from every kernel.
  All padding, bits and bytes, is zero.
* **Sized by the header.** ``payload_size`` needs the header alone. A blob is as long as its
  header implies, not a byte more.
* **Bounded.** ``check`` reads only inside the payload, whose length is right when it is called,
  and passes only what ``restore`` can read without looking twice. Whatever the bytes are, the one
  error is ``MalformedBlobError``, which says what is wrong and gives two numbers: the one found
  and the one expected.
* **No overhead for dense data.** A writer uses ``bitmap`` only where it is smaller than ``dense``
  (see ``hold``), so a blob is never larger than its tensor by more than the header.

These codecs are the specification in NumPy. The native kernels write and read the same bytes.
"""

import abc
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.header import Header


class Codec(abc.ABC):
    """One encoding: how a payload is written, measured, checked and read."""

    encoding: ClassVar[int]
    name: ClassVar[str]

    @abc.abstractmethod
    def encode(self, values: npt.NDArray[Any], dtype: int) -> npt.NDArray[np.uint8]:
        """Return the held form of ``values``, with ``dtype`` as the element type in the header."""

    @abc.abstractmethod
    def payload_size(self, header: Header) -> int:
        """Return the payload's bytes.

        Raises:
            MalformedBlobError: ``header.stored`` is not a number that its dims allow.
        """

    @abc.abstractmethod
    def check(self, header: Header, payload: npt.NDArray[np.uint8]) -> None:
        """Check a payload of the right size.

        Raises:
            MalformedBlobError: ``encode`` could not have written it.
        """

    @abc.abstractmethod
    def restore(self, header: Header, payload: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """Return what was encoded, as a new array, from a checked payload."""
