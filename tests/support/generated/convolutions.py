"""Convolutions of planes: every kernel, stride, dilation, group and padding, and shared weights."""

import numpy as np

from generated.growing import Growing, Value


def convolution(grow: Growing, x: Value) -> Value:
    """One convolution; two that share their weights where the shapes allow it."""
    channels, *sides = x.shape
    kernel = [grow.one_of([3, 1, 2, 5]), grow.one_of([3, 1, 3])]
    if grow.flag():
        kernel[1] = kernel[0]
    dilation = grow.one_of([1, 1, 2])
    span = [(side - 1) * dilation + 1 for side in kernel]
    group = grow.one_of([part for part in (1, channels, 2) if channels % part == 0])
    stride = grow.one_of([1, 1, 2])
    padding = _padding(grow, span, sides)
    after = [
        (side + padding[axis] + padding[axis + 2] - span[axis]) // stride + 1
        for axis, side in enumerate(sides)
    ]
    out = channels * grow.one_of([1, 2]) if group == channels else grow.one_of([16, 24, 8, channels])
    out = min(out, 32) if group == 1 else -(-out // group) * group
    attributes = {
        "kernel_shape": kernel,
        "strides": [stride, stride],
        "dilations": [dilation, dilation],
        "pads": padding,
        "group": group,
    }
    parameters = _parameters(grow, out, channels // group, kernel)
    y = grow.node("Conv", [x, *parameters], (out, *after), **attributes)
    if y.shape == x.shape and grow.one_of([False, False, True]):
        between = grow.node("Relu", [y], y.shape)
        y = grow.node("Conv", [between, *parameters], y.shape, **attributes)
    return y


def _padding(grow: Growing, span: list[int], sides: list[int]) -> list[int]:
    """To keep the size, more on one side than on the other, or none where the kernel fits."""
    kind = grow.one_of(["same", "same", "uneven", "none"])
    if kind == "none" and all(part <= side for part, side in zip(span, sides, strict=True)):
        return [0, 0, 0, 0]
    before = [(part - 1) // 2 for part in span]
    after = [part - 1 - left for part, left in zip(span, before, strict=True)]
    if kind == "uneven":
        after = [right + 1 for right in after]
    return [*before, *after]


def _parameters(grow: Growing, out: int, channels: int, kernel: list[int]) -> list[str]:
    name = grow.name("kernel")
    area = channels * kernel[0] * kernel[1]
    weight = grow.net.weight(f"{name}.weight", (out, channels, *kernel), fan_in=area)
    if grow.flag():
        return [weight, grow.net.initializer(f"{name}.bias", np.linspace(-0.1, 0.1, out))]
    return [weight]
