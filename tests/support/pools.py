"""Pools drawn by hypothesis, and a slow account of what their windows hold."""

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

NO_MAXIMUM = 255


@dataclasses.dataclass(frozen=True)
class Pool:
    """A pool over the spatial dims of [N, C, spatial...]."""

    batch: int
    channels: int
    input_shape: tuple[int, ...]
    kernel_shape: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[int, ...]
    dilations: tuple[int, ...]
    storage_order: int = 0

    @property
    def plane(self) -> int:
        return math.prod(self.input_shape)

    @property
    def input_dims(self) -> tuple[int, ...]:
        return (self.batch, self.channels, *self.input_shape)

    @property
    def output_dims(self) -> tuple[int, ...]:
        return (self.batch, self.channels, *map(self._outputs, range(len(self.input_shape))))

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes of the index operators."""
        names = ("input_shape", "kernel_shape", "strides", "pads", "dilations", "storage_order")
        return {name: getattr(self, name) for name in names}

    @property
    def onnx_attributes(self) -> dict[str, Any]:
        """The attributes of ONNX's MaxPool."""
        return {name: value for name, value in self.attributes.items() if name != "input_shape"}

    @property
    def has_a_window_behind_the_input(self) -> bool:
        """Whether the last window of ``ceil_mode`` begins there, on some axis."""
        rank = len(self.input_shape)
        for axis, (size, stride) in enumerate(zip(self.input_shape, self.strides, strict=True)):
            reach = self.dilations[axis] * (self.kernel_shape[axis] - 1) + 1
            before = size + self.pads[axis]
            room = before + self.pads[axis + rank] - reach
            if -(-room // stride) * stride >= before:
                return True
        return False

    def windows(self) -> list[dict[int, int]]:
        """For each place of one output plane: the code of each element in it, and its offset."""
        outputs = itertools.product(*map(range, self.output_dims[2:]))
        return [self._window(output) for output in outputs]

    def offset_without_maximum(self) -> int:
        return self._offset([-1] * len(self.input_shape))

    def _window(self, output: tuple[int, ...]) -> dict[int, int]:
        found = {}
        for code, step in enumerate(itertools.product(*map(range, self.kernel_shape))):
            place = [
                o * stride - pad + s * dilation
                for o, s, stride, pad, dilation in zip(
                    output, step, self.strides, self.pads, self.dilations, strict=False
                )
            ]
            if all(0 <= p < size for p, size in zip(place, self.input_shape, strict=True)):
                found[code] = self._offset(place)
        return found

    def _offset(self, place: list[int]) -> int:
        dims = list(zip(place, self.input_shape, strict=True))
        offset = 0
        for p, size in reversed(dims) if self.storage_order else dims:
            offset = offset * size + p
        return offset

    def _outputs(self, axis: int) -> int:
        rank = len(self.input_shape)
        padded = self.input_shape[axis] + self.pads[axis] + self.pads[axis + rank]
        reach = self.dilations[axis] * (self.kernel_shape[axis] - 1) + 1
        return (padded - reach) // self.strides[axis] + 1


@st.composite
def pools(draw: st.DrawFn, *, empty: bool = True) -> Pool:
    """Draw a pool with at least one window of one element, over 1 to 3 dims."""
    rank = draw(st.integers(1, 3))

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    kernel, strides = each(1, 3), each(1, 3)
    # A window reaches no further than its input: ONNX Runtime refuses wider pads and kernels.
    dilations = tuple(draw(st.integers(1, 2)) if k > 1 else 1 for k in kernel)
    pads = tuple(draw(st.integers(0, k - 1)) for k in kernel + kernel)
    sizes = tuple(d * (k - 1) + 1 + extra for k, d, extra in zip(kernel, dilations, each(0, 4), strict=True))
    batch = draw(st.integers(0 if empty else 1, 3))
    storage_order = draw(st.integers(0, 1))
    return Pool(batch, draw(st.integers(1, 3)), sizes, kernel, strides, pads, dilations, storage_order)


def random_codes(pool: Pool, rng: np.random.Generator, *, none: float) -> npt.NDArray[np.uint8]:
    """Return a code for each element of the output: one of its window, or 255 for a share."""
    planes = [
        [
            NO_MAXIMUM if rng.random() < none or not window else rng.choice(list(window))
            for window in pool.windows()
        ]
        for _ in range(pool.batch * pool.channels)
    ]
    return np.array(planes, np.uint8).reshape(pool.output_dims)


def indices_of(pool: Pool, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return the int64 indices over the whole input that ``codes`` mean."""
    windows = pool.windows()
    planes = codes.reshape(pool.batch * pool.channels, len(windows))
    offsets = [
        [
            base * pool.plane + windows[i].get(int(code), pool.offset_without_maximum())
            for i, code in enumerate(plane)
        ]
        for base, plane in enumerate(planes)
    ]
    return np.array(offsets, np.int64).reshape(codes.shape)


def scatter(pool: Pool, indices: npt.NDArray[np.int64], dy: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the gradient: each element of ``dy`` added at its index, one by one."""
    dx = np.zeros(pool.input_dims, dy.dtype).reshape(-1)
    with np.errstate(invalid="ignore", over="ignore"):
        for index, gradient in zip(indices.reshape(-1), dy.reshape(-1), strict=True):
            if index >= 0 and not np.isnan(dx[index]):
                dx[index] += gradient
    return dx.reshape(pool.input_dims)
