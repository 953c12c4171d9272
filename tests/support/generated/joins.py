"""Pieces that read one value more than once, or several values."""

import math

import numpy as np

from generated.growing import Growing, Value


def combine(grow: Growing, x: Value) -> Value:
    """Add, Mul or Sub of two values of one shape; of one value with itself if there is no other."""
    others = [value for value in grow.values if value.shape == x.shape]
    other = grow.one_of([*others, x])
    return grow.node(grow.one_of(["Add", "Add", "Mul", "Sub"]), [x, other], x.shape)


def concat(grow: Growing, x: Value) -> Value:
    """Join along the first axis of a sample, with whatever fits there."""
    if len(x.shape) < 2 or x.shape[0] > 16:
        return combine(grow, x)
    others = [value for value in grow.values if value.shape[1:] == x.shape[1:] and value.shape[0] <= 16]
    other = grow.one_of([*others, x])
    joined = (x.shape[0] + other.shape[0], *x.shape[1:])
    return grow.node("Concat", [other, x], joined, axis=1)


def divide(grow: Growing, x: Value) -> Value:
    """Split into two halves that are joined again, or a slice of it."""
    axis = grow.number(0, len(x.shape) - 1)
    half, odd = divmod(x.shape[axis], 2)
    if odd or half < 2:
        return combine(grow, x)
    shape = (*x.shape[:axis], half, *x.shape[axis + 1 :])
    if grow.flag():
        bounds = [grow.integers(number) for number in (1, 1 + half, axis + 1)]
        return grow.node("Slice", [x, *bounds], shape)
    first = grow.node("Split", [x, grow.integers(half, half)], shape, extra=1, axis=axis + 1)
    second = Value(f"{first.name}.extra0", shape)
    grow.values.extend([first, second])
    other = grow.node("Relu", [second], shape) if grow.flag() else second
    return grow.node("Concat", [other, first], x.shape, axis=axis + 1)


def squeeze_excite(grow: Growing, x: Value) -> Value:
    """Scale each channel by a number made of all channels."""
    channels = x.shape[0]
    pooled = grow.node("GlobalAveragePool", [x], (channels, 1, 1))
    squeezed = pooled
    for op_type, widths in (("Relu", (channels, 4)), ("Sigmoid", (4, channels))):
        name = grow.name("squeeze")
        weight = grow.net.weight(f"{name}.weight", (widths[1], widths[0], 1, 1), fan_in=widths[0])
        bias = grow.net.initializer(f"{name}.bias", np.zeros(widths[1]))
        shape = (widths[1], 1, 1)
        squeezed = grow.node("Conv", [squeezed, weight, bias], shape, kernel_shape=[1, 1])
        squeezed = grow.node(op_type, [squeezed], shape)
    return grow.node("Mul", [x, squeezed], x.shape)


def views(grow: Growing, x: Value) -> Value:
    """The same elements in another shape: rows of planes, planes of rows, axes exchanged."""
    if grow.flag() and len(x.shape) > 1:
        order = [0, *range(len(x.shape), 0, -1)]
        return grow.node("Transpose", [x], x.shape[::-1], perm=order)
    if len(x.shape) == 3:
        rows = (x.shape[0], math.prod(x.shape[1:]))
        return grow.node("Reshape", [x, grow.integers(0, rows[0], -1)], rows)
    side = math.isqrt(x.shape[-1])
    if len(x.shape) == 2 and side > 1 and side * side == x.shape[-1]:
        return grow.node("Reshape", [x, grow.integers(0, 0, side, side)], (x.shape[0], side, side))
    flat = grow.node("Flatten", [x], (math.prod(x.shape),))
    return grow.node("Reshape", [flat, grow.integers(0, *x.shape)], x.shape)
