"""Pooling of planes."""

from generated.growing import Growing, Value


def pool(grow: Growing, x: Value) -> Value:
    channels, *sides = x.shape
    kernel = grow.one_of([2, 3])
    stride = grow.one_of([2, 1, 3])
    padding = grow.one_of([[0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1]])
    after = tuple(
        (side + padding[axis] + padding[axis + 2] - kernel) // stride + 1 for axis, side in enumerate(sides)
    )
    if min(after) < 2:
        return grow.node("GlobalAveragePool", [x], (channels, 1, 1))
    # ONNX Runtime takes the plane of an AveragePoolGrad from the file, the batch too.
    op_type = grow.one_of(["MaxPool", "MaxPool", "AveragePool"] if grow.static else ["MaxPool"])
    attributes = {"kernel_shape": [kernel, kernel], "strides": [stride, stride], "pads": padding}
    return grow.node(op_type, [x], (channels, *after), **attributes)
