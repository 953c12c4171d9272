"""Whether the indices of a MaxPool fit into one byte each, and what the operator must know for it."""

import math
from collections.abc import Mapping, Sequence
from typing import cast

import onnx_ir as ir

from bitgraph.graph.sizes import Sizes

MAX_WINDOW = 255
"""A place in the window is held in one byte; the last code says that there was no maximum."""


def pool_refusal(indices: ir.Value, sizes: Sizes) -> str | None:
    """Return why ``indices`` of a MaxPool cannot be held as bytes, or None when they can."""
    pool = indices.producer()
    if pool is None or pool.op_type != "MaxPool" or indices is not pool.outputs[1]:
        return "indices that no MaxPool made"
    source, pooled = pool.inputs[0], pool.outputs[0]
    if source is None or sizes.dtype(source) not in {ir.DataType.FLOAT, ir.DataType.DOUBLE}:
        return f"a MaxPool of {source.dtype if source else None} is not supported"
    spatial = list(source.shape or [])[2:]
    if not 1 <= len(spatial) <= 3 or not all(isinstance(dim, int) for dim in spatial):
        return f"the image size {spatial} of its MaxPool is not fixed"
    mode = pool.attributes.get_string("auto_pad", "NOTSET")
    if mode.startswith("SAME") and max(_ints(pool, "dilations", [1])) > 1:
        return f"padding by {mode} with dilations is not the standard's in the runtime"
    window = math.prod(pool.attributes["kernel_shape"].as_ints())
    if window > MAX_WINDOW:
        return f"a pooling window of {window} places does not fit into a byte"
    if pooled.is_graph_output() or not pooled.uses():
        return "nothing in the forward pass reads the MaxPool on"
    for use in indices.uses():
        if use.node.op_type != "MaxPoolGrad":
            return f"its indices are also read by {use.node.op_type}"
    return None


def pool_attributes(pool: ir.Node) -> dict[str, Sequence[int] | int]:
    """Return the geometry of ``pool`` written out in full: no defaults, no auto_pad."""
    source, pooled = pool.inputs[0], pool.outputs[0]
    assert source is not None
    assert source.shape is not None
    spatial = [int(dim) for dim in list(source.shape)[2:] if isinstance(dim, int)]
    rank = len(spatial)
    kernel = list(pool.attributes["kernel_shape"].as_ints())
    strides = _ints(pool, "strides", [1] * rank)
    dilations = _ints(pool, "dilations", [1] * rank)
    pads = _ints(pool, "pads", [0] * (2 * rank))
    mode = pool.attributes["auto_pad"].as_string() if "auto_pad" in pool.attributes else "NOTSET"
    if mode.startswith("SAME"):
        assert pooled.shape is not None
        pads = _same_pads(spatial, kernel, strides, dilations, upper=mode == "SAME_UPPER")
    return {
        "input_shape": spatial,
        "kernel_shape": kernel,
        "strides": strides,
        "pads": pads,
        "dilations": dilations,
        "storage_order": _int(pool, "storage_order", 0),
    }


def _same_pads(
    spatial: list[int], kernel: list[int], strides: list[int], dilations: list[int], *, upper: bool
) -> list[int]:
    """The pads of SAME_UPPER and SAME_LOWER as the ONNX standard defines them."""
    totals = []
    for size, window, stride, dilation in zip(spatial, kernel, strides, dilations, strict=True):
        reach = (window - 1) * dilation + 1
        totals.append(max(0, (-(-size // stride) - 1) * stride + reach - size))
    small, large = [t // 2 for t in totals], [t - t // 2 for t in totals]
    return small + large if upper else large + small


def _ints(node: ir.Node, name: str, default: list[int]) -> list[int]:
    return list(node.attributes[name].as_ints()) if name in node.attributes else default


def _int(node: ir.Node, name: str, default: int) -> int:
    return node.attributes[name].as_int() if name in node.attributes else default


def fused_pool_attributes(pool: ir.Node) -> dict[str, Sequence[int] | int] | None:
    """Return what MaxPoolIndex must know to stand for ``pool``, or None when it cannot.

    It cannot where the file does not say how large the pooled tensor is, and where it says otherwise than the
    attributes: the last window of ``ceil_mode`` begins behind the input in some runtimes.
    """
    geometry = pool_attributes(pool)
    mode = pool.attributes.get_string("auto_pad", "NOTSET")
    ceil = 0 if mode.startswith("SAME") else _int(pool, "ceil_mode", 0)
    shape = pool.outputs[0].shape
    if shape is None or list(shape)[2:] != _pooled_sizes(geometry, ceil):
        return None
    return {**geometry, "ceil_mode": ceil}


def _pooled_sizes(geometry: Mapping[str, Sequence[int] | int], ceil: int) -> list[int | None]:
    """The places on each axis; None where the last window would begin behind the input."""
    sizes, pads, kernel, strides, dilations = (
        list(cast(Sequence[int], geometry[name]))
        for name in ("input_shape", "pads", "kernel_shape", "strides", "dilations")
    )
    pooled: list[int | None] = []
    for axis, size in enumerate(sizes):
        before = size + pads[axis]
        room = before + pads[axis + len(sizes)] - ((kernel[axis] - 1) * dilations[axis] + 1)
        last = (room + (strides[axis] - 1 if ceil else 0)) // strides[axis]
        pooled.append(None if room < 0 or last * strides[axis] >= before else last + 1)
    return pooled
