"""Decides which readers of an Expand can read what it expands: they broadcast by themselves.

The gradient of a pool over whole planes is expanded to the plane and added to another gradient. The sum of
each element is of the same two numbers either way; what is never written takes neither memory nor time.
"""

import dataclasses

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.shapes import declared
from bitgraph.graph.summands import is_from_kernel

_BROADCASTING = frozenset({"Add", "Div", "Mul", "Sub", "Sum"})

_LEAST_RANK = 3
"""What the runtime may fuse into a product has two dims at most."""


@dataclasses.dataclass(frozen=True)
class Broadcast:
    """A reader of an Expand.

    Attributes:
        expand: The Expand.
        reader: What reads it.
        index: At which input.
    """

    expand: ir.Node
    reader: ir.Node
    index: int


def find_broadcasts(model: ir.Model, config: Config) -> list[Broadcast]:
    """Return what is to be done in ``model``, which is not changed."""
    if not config.streaming:
        return []
    return [
        Broadcast(node, use.node, use.idx)
        for node in model.graph
        if node.op_type == "Expand" and node.domain in {"", "ai.onnx"}
        for use in node.outputs[0].uses()
        if _broadcasts(node.outputs[0], use.node)
    ]


def _broadcasts(expanded: ir.Value, reader: ir.Node) -> bool:
    """Whether ``reader`` has another operand of all the dims, for every value that those may have."""
    if reader.op_type not in _BROADCASTING or reader.domain not in {"", "ai.onnx"}:
        return False
    dims = declared(expanded)
    if dims is None or None in dims or len(dims) < _LEAST_RANK:
        return False
    others = [value for value in reader.inputs if value is not expanded and value is not None]
    if any(is_from_kernel(value) for value in others):
        return False
    whole = [value for value in others if declared(value) == dims and not _is_expanded(value)]
    return bool(whole) and declared(reader.outputs[0]) == dims


def _is_expanded(value: ir.Value) -> bool:
    node = value.producer()
    return node is not None and node.op_type == "Expand"
