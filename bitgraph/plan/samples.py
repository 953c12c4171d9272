"""Which values are rows of samples, and which nodes can run a few samples at a time."""

import math

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.buffer_dims import dim_of
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.convolutions import pads_plainly
from bitgraph.programs import OPERATORS, Kind

_TEXTUAL = frozenset(
    {ir.AttributeType.INT, ir.AttributeType.INTS, ir.AttributeType.FLOAT, ir.AttributeType.STRING}
)
"""What attributes of a program can be."""


class Samples:
    """The samples that a gradient comes in: its first dim."""

    def __init__(self, reader: ir.Node, sizes: Sizes) -> None:
        """Take the first dim of what ``reader`` reads first as the batch."""
        dy = reader.inputs[0]
        shape = None if dy is None else sizes.shape(dy)
        self._sizes = sizes
        self._count = shape[0] if shape else 0
        self._first = None if dy is None else _first_dim(dy)

    def are_rows(self, value: ir.Value) -> bool:
        """Whether ``value`` is a float32 tensor with a row a sample, whatever the batch."""
        shape = self._sizes.shape(value)
        if shape is None or len(shape) < 2 or shape[0] != self._count:
            return False
        if self._sizes.dtype(value) != ir.DataType.FLOAT:
            return False
        first = _first_dim(value)
        return self._count > 1 if None in (first, self._first) else first == self._first

    def kinds(self, node: ir.Node) -> list[Kind] | None:
        """Return how ``node`` takes each of its ``arguments``, or None if a program cannot run it."""
        values = arguments(node)
        operator = OPERATORS[operator_of(node)]
        if len(values) < operator.required or not self._is_supported(node):
            return None
        kinds = [self._kind(node, index, value) for index, value in enumerate(values)]
        known = [kind for kind in kinds if kind is not None]
        return known if len(known) == len(kinds) and {"rows", "held"} & set(known) else None

    def _kind(self, node: ir.Node, index: int, value: ir.Value | None) -> Kind | None:
        if value is None:
            return None
        role = OPERATORS[operator_of(node)].role(index)
        if role == "held" or (node.op_type == domain.CONV_GRAD_HELD and index == 1):
            return "held" if self._sizes.dtype(value) == ir.DataType.UINT8 else None
        if self._sizes.dtype(value) != ir.DataType.FLOAT:
            return None
        if role == "either" and self._sizes.elements(value) == 1:
            return "whole"
        if role == "whole":
            return "whole"
        return "rows" if self.are_rows(value) and self._covers(value, node, role) else None

    def _covers(self, value: ir.Value, node: ir.Node, role: str | None) -> bool:
        """Whether an operand has the dims of the result, or one number a channel and sample."""
        shape, result = self._sizes.shape(value), self._sizes.shape(node.outputs[0])
        if role != "either" or shape is None or result is None:
            return True
        return shape == result or (len(shape) == len(result) and math.prod(shape) == math.prod(result[:2]))

    def _is_supported(self, node: ir.Node) -> bool:
        if any(attribute.type not in _TEXTUAL for attribute in node.attributes.values()):
            return False
        if not self.are_rows(node.outputs[0]):
            return False
        rank = len(self._sizes.shape(node.outputs[0]) or ())
        if node.op_type == "Concat":
            return node.attributes["axis"].as_int() not in (0, -rank)
        if operator_of(node) in {"Conv", "ConvGrad"}:
            return rank >= 3 and pads_plainly(node, rank)
        return True


def operator_of(node: ir.Node) -> str:
    """Return what ``node`` is called in a program."""
    return "ConvGrad" if node.op_type in domain.CONV_GRADS else node.op_type


def arguments(node: ir.Node) -> list[ir.Value | None]:
    """Return what ``node`` reads in a program: no trigger, and nothing that is absent at the end."""
    operator = OPERATORS[operator_of(node)]
    values = list(node.inputs) if operator.variadic else list(node.inputs[: len(operator.inputs)])
    while values and values[-1] is None:
        values.pop()
    return values


def _first_dim(value: ir.Value) -> int | str | None:
    """The first dim as the file has it, and as it was before its buffer got a name of its own."""
    if not value.shape:
        return None
    dim = value.shape[0]
    if isinstance(dim, int):
        return dim
    if dim.value is None:
        return None
    return dim_of(str(dim.value))
