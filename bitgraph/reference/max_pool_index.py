"""The meaning of ``MaxPoolIndex``."""

import functools
import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Index, MalformedBlobError, element_code
from bitgraph.errors import BadInputError
from bitgraph.reference.held import told_by
from bitgraph.reference.pool_window import NO_MAXIMUM, PoolWindow, pool_window


class MaxPoolIndex(OpRun):
    """``Y, held = MaxPoolIndex(X)``: the max pool of X, and what IndexPack makes of its indices.

    As ONNX Runtime does it: the maximum of a window is the first of its elements that is greater than all
    before it and than the lowest finite number. NaN and -infinity never are; a window without any has the
    lowest number, and 255 is held for it.
    """

    op_domain = domain.DOMAIN

    def _run(self, x: npt.NDArray[np.float32], **attributes: Any) -> tuple[npt.NDArray[Any], ...]:
        window = pool_window(domain.MAX_POOL_INDEX, attributes)
        if "ceil_mode" not in attributes:
            raise BadInputError(f"{domain.MAX_POOL_INDEX}: the attribute ceil_mode is missing")
        with told_by(domain.MAX_POOL_INDEX):
            _check_dims(x.shape, window)
            after = [_places(window, axis, attributes["ceil_mode"]) for axis in range(x.ndim - 2)]
            y = np.full((*x.shape[:2], *after), np.finfo(x.dtype).min, x.dtype)
            codes = np.full(y.shape, NO_MAXIMUM, np.uint8)
            for code, cell in enumerate(itertools.product(*map(range, window.kernel_shape))):
                places, inside = _cells(window, cell, after)
                value = functools.reduce(_take, enumerate(places, 2), x)
                greater = (value > y) & inside
                y[greater], codes[greater] = value[greater], code
            return y, Index().encode(codes, element_code(x))


def _take(x: npt.NDArray[Any], place: tuple[int, npt.NDArray[np.intp]]) -> npt.NDArray[Any]:
    return np.take(x, place[1], axis=place[0])


def _check_dims(dims: tuple[int, ...], window: PoolWindow) -> None:
    if len(dims) != (rank := 2 + len(window.input_shape)):
        raise MalformedBlobError("rank of X", len(dims), rank)
    for axis, (found, expected) in enumerate(zip(dims[2:], window.input_shape, strict=True)):
        if found != expected:
            raise MalformedBlobError(f"dim {axis + 2} of X", found, expected)


def _places(window: PoolWindow, axis: int, ceil: int) -> int:
    """How many windows there are in one spatial dim."""
    stride, rank = window.strides[axis], len(window.input_shape)
    size = window.input_shape[axis] + window.pads[axis]
    reach = (window.kernel_shape[axis] - 1) * window.dilations[axis] + 1
    room = size + window.pads[axis + rank] - reach
    last = (room + (stride - 1 if ceil else 0)) // stride
    if room < 0 or last * stride >= size:
        raise MalformedBlobError("beginning of the last window", last * stride, f"less than {size}")
    return last + 1


def _cells(
    window: PoolWindow, cell: tuple[int, ...], after: list[int]
) -> tuple[list[npt.NDArray[np.intp]], npt.NDArray[np.bool_]]:
    """Where one cell of every window lies in each spatial dim, and which of them lie on the input."""
    places, inside = [], []
    for axis, (step, count) in enumerate(zip(cell, after, strict=True)):
        place = np.arange(count) * window.strides[axis] - window.pads[axis] + step * window.dilations[axis]
        size = window.input_shape[axis]
        places.append(np.clip(place, 0, size - 1))
        inside.append((place >= 0) & (place < size))
    return places, functools.reduce(np.logical_and.outer, inside)
