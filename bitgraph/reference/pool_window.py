"""Where in a pool's input each window lies, and which element an index code means."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs import MalformedBlobError
from bitgraph.errors import BadInputError

NO_MAXIMUM = 255
"""The code of a window in which nothing was greater than the lowest number (all NaN, say)."""

_PER_DIM = {"input_shape": 1, "kernel_shape": 1, "strides": 1, "pads": 2, "dilations": 1}
"""The attributes that are lists: values for each spatial dim."""

Array = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class PoolWindow:
    """The geometry of a pool over 1 to 3 spatial dims.

    A *code* is the row-major position of an element in its window. An *offset* is its position in
    its plane (one channel of one sample), in the order that ``storage_order`` gives the pool's
    Indices: 0 row-major, 1 first dim fastest.
    """

    input_shape: tuple[int, ...]
    kernel_shape: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[int, ...]
    dilations: tuple[int, ...]
    storage_order: int

    @property
    def plane(self) -> int:
        """Elements of one plane of the input."""
        return math.prod(self.input_shape)

    @property
    def no_maximum(self) -> int:
        """The offset that ONNX Runtime gives a window without a maximum: -1 in every dim."""
        return -sum(self._weights())

    def bases(self, shape: tuple[int, ...]) -> Array:
        """Return where each plane begins in the input, shaped to broadcast to ``shape``."""
        planes = np.arange(shape[0] * shape[1], dtype=np.int64) * self.plane
        return planes.reshape(shape[:2] + (1,) * len(self.input_shape))

    def offsets(self, codes: npt.NDArray[np.uint8]) -> Array:
        """Return the offset that each code means; ``codes`` has shape [N, C, spatial...].

        Raises:
            MalformedBlobError: A code lies outside its window, or means a place in the padding.
        """
        is_real = codes != NO_MAXIMUM
        largest = int(codes[is_real].max(initial=0))
        if largest >= (area := math.prod(self.kernel_shape)):
            raise MalformedBlobError("index code", largest, f"less than {area}")
        offsets = np.zeros(codes.shape, np.int64)
        in_window = np.unravel_index(np.where(is_real, codes, 0), self.kernel_shape)
        for axis, (steps, weight) in enumerate(zip(in_window, self._weights(), strict=True)):
            place = self._starts(axis, codes.shape) + steps * self.dilations[axis]
            outside = is_real & ((place < 0) | (place >= self.input_shape[axis]))
            if outside.any():
                size = self.input_shape[axis]
                raise MalformedBlobError(
                    f"place {axis} of an index", int(place[outside][0]), f"within 0..{size - 1}"
                )
            offsets += place * weight
        return np.where(is_real, offsets, self.no_maximum)

    def codes(self, offsets: Array) -> npt.NDArray[np.uint8]:
        """Return the code of each offset; ``offsets`` has shape [N, C, spatial...].

        Raises:
            MalformedBlobError: An offset lies outside its plane or its window.
        """
        is_real = offsets != self.no_maximum
        outside = is_real & ((offsets < 0) | (offsets >= self.plane))
        if outside.any():
            raise MalformedBlobError(
                "index within its plane", int(offsets[outside][0]), f"within 0..{self.plane - 1}"
            )
        codes = np.zeros(offsets.shape, np.int64)
        places = np.unravel_index(
            np.where(is_real, offsets, 0), self.input_shape, "F" if self.storage_order else "C"
        )
        for axis, place in enumerate(places):
            distance = place - self._starts(axis, offsets.shape)
            step, rest = np.divmod(distance, self.dilations[axis])
            size = self.kernel_shape[axis]
            outside = is_real & ((rest != 0) | (step < 0) | (step >= size))
            if outside.any():
                raise MalformedBlobError(
                    f"place {axis} of an index in its window",
                    int(distance[outside][0]),
                    f"one of {size} steps of {self.dilations[axis]}",
                )
            codes = codes * size + step
        return np.where(is_real, codes, NO_MAXIMUM).astype(np.uint8)

    def _starts(self, axis: int, shape: tuple[int, ...]) -> Array:
        """Return where each window begins in one spatial dim, shaped to broadcast to ``shape``."""
        count = shape[2 + axis]
        starts = np.arange(count, dtype=np.int64) * self.strides[axis] - self.pads[axis]
        return starts.reshape((count,) + (1,) * (len(self.input_shape) - 1 - axis))

    def _weights(self) -> tuple[int, ...]:
        dims = self.input_shape if self.storage_order else self.input_shape[::-1]
        weights = [math.prod(dims[:axis]) for axis in range(len(dims))]
        return tuple(weights if self.storage_order else weights[::-1])


def pool_window(op: str, attributes: Mapping[str, Any]) -> PoolWindow:
    """Return the geometry that an operator's attributes describe; all of them are needed.

    Raises:
        BadInputError: They do not describe a pool whose index fits a byte.
    """
    for field in dataclasses.fields(PoolWindow):
        if field.name not in attributes:
            raise BadInputError(f"{op}: the attribute {field.name} is missing")
    lists: dict[str, Any] = {name: tuple(attributes[name]) for name in _PER_DIM}
    window = PoolWindow(**lists, storage_order=attributes["storage_order"])
    _check(op, window)
    return window


def _check(op: str, window: PoolWindow) -> None:
    rank = len(window.input_shape)
    if not 1 <= rank <= 3:
        raise BadInputError(f"{op}: input_shape has {rank} dims, expected 1 to 3")
    for name, per_dim in _PER_DIM.items():
        values = getattr(window, name)
        if len(values) != per_dim * rank:
            raise BadInputError(f"{op}: {name} has {len(values)} values, expected {per_dim * rank}")
        lowest = 0 if name == "pads" else 1
        if min(values) < lowest:
            raise BadInputError(f"{op}: {name} has the value {min(values)}, expected {lowest} or more")
    if (area := math.prod(window.kernel_shape)) > NO_MAXIMUM:
        raise BadInputError(f"{op}: the kernel has {area} elements, expected at most {NO_MAXIMUM}")
