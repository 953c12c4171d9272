"""How large the integers of a data input may be, read from what the graph does with them."""

from collections.abc import Iterator

import onnx_ir as ir

# What an input means does not change on the way through these.
_VIEWS = {
    "Cast",
    "Expand",
    "Flatten",
    "Identity",
    "Reshape",
    "Slice",
    "Squeeze",
    "Transpose",
    "Unsqueeze",
}
_UNKNOWN = 2
"""0 and 1 are safe as flags, as mask and as index into almost anything."""


def upper_bound(value: ir.Value) -> int:
    """Give the exclusive upper bound that every use of an integer input allows."""
    return min((bound for bound in _bounds(value) if bound), default=_UNKNOWN)


def _bounds(value: ir.Value) -> Iterator[int | None]:
    for use in value.uses():
        node, position = use.node, use.idx
        if node.op_type in _VIEWS and position == 0:
            yield from _bounds(node.outputs[0])
        elif node.op_type in ("Gather", "GatherElements", "ScatterElements") and position == 1:
            yield _dim(node.inputs[0], node.attributes.get_int("axis", 0))
        elif node.op_type in ("GatherND", "ScatterND") and position == 1:
            yield _smallest_dim(node.inputs[0])
        elif node.op_type == "OneHot" and position == 0:
            yield _scalar(node.inputs[1])
        elif node.op_type.startswith("SoftmaxCrossEntropyLoss") and position == 1:
            yield _classes(node)


def _classes(node: ir.Node) -> int | None:
    if node.op_type.endswith("Grad"):
        return _dim(node.inputs[1], 1)
    scores = _dim(node.inputs[0], 1)
    if scores is None and len(node.outputs) > 1:
        return _dim(node.outputs[1], 1)
    return scores


def _dim(value: ir.Value | None, axis: int) -> int | None:
    if value is None or value.shape is None or not -len(value.shape) <= axis < len(value.shape):
        return None
    dim = value.shape[axis]
    return dim if isinstance(dim, int) else None


def _smallest_dim(value: ir.Value | None) -> int | None:
    if value is None or value.shape is None:
        return None
    return min((dim for dim in value.shape if isinstance(dim, int)), default=None)


def _scalar(value: ir.Value | None) -> int | None:
    tensor = None if value is None else ir.convenience.get_const_tensor(value)
    return None if tensor is None or tensor.size != 1 else int(tensor.numpy().reshape(-1)[0])
