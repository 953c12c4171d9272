"""Shapes of what the runtime lays out in blocks of channels: convolutions with constant weights, and pools.

Its operators of this domain have the attributes of the standard ones. Onnx knows none of them.
"""

from collections.abc import Mapping

import onnx_ir as ir

from bitgraph.graph.inference import Dims

DOMAIN = "com.microsoft.nchwc"

Numbers = tuple[int, ...]


def blocked_dims(node: ir.Node, shapes: Mapping[ir.Value, Dims]) -> Dims | None:
    """Return the dims of the output of ``node``, None where they cannot be told.

    Args:
        node: One of the domain.
        shapes: Dims known so far; the batch may be a symbol.
    """
    source = node.inputs[0]
    image = None if source is None else shapes.get(source)
    if image is None or len(image) < 3:
        return None
    if node.op_type == "ReorderOutput":
        return (image[0], node.attributes["channels"].as_int(), *image[2:])
    if node.op_type.startswith("Global"):
        return (*image[:2], *(1 for _ in image[2:]))
    if node.op_type == "Conv":
        weight = node.inputs[1]
        kernel = None if weight is None else shapes.get(weight)
        return None if kernel is None else _slid(node, (image[0], kernel[0]), image[2:], kernel[2:])
    if node.op_type in {"AveragePool", "MaxPool"}:
        return _slid(node, image[:2], image[2:], tuple(node.attributes["kernel_shape"].as_ints()))
    return image


def _slid(node: ir.Node, first: Dims, plane: Dims, kernel: Dims) -> Dims | None:
    pixels, extents = (tuple(dim for dim in dims if isinstance(dim, int)) for dims in (plane, kernel))
    if len(pixels) < len(plane) or len(extents) < len(kernel):
        return None
    return (*first, *_windows(node, pixels, extents))


def _windows(node: ir.Node, plane: Numbers, kernel: Numbers) -> Numbers:
    """How many places a kernel has on a plane (https://onnx.ai/onnx/operators/onnx__Conv.html)."""
    ones = [1] * len(plane)
    strides = node.attributes.get_ints("strides", ones)
    dilations = node.attributes.get_ints("dilations", ones)
    pads = node.attributes.get_ints("pads", [0] * 2 * len(plane))
    auto = node.attributes.get_string("auto_pad", "NOTSET")
    up = node.attributes.get_int("ceil_mode", 0)
    counts = []
    for axis, (size, extent) in enumerate(zip(plane, kernel, strict=True)):
        stride = strides[axis]
        if auto.startswith("SAME"):
            counts.append(-(-size // stride))
            continue
        padded = size + (0 if auto == "VALID" else pads[axis] + pads[axis + len(plane)])
        room = padded - dilations[axis] * (extent - 1) - 1
        counts.append((-(-room // stride) if up else room // stride) + 1)
    return tuple(counts)
