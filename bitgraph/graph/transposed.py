"""Where the runtime may move a Transpose through a reduction, which then sums in another order.

Its optimizer pushes a Transpose behind what works element by element, and further behind a reduction of that,
if all operands come out of one. It does so no more where one of them comes from an operator of ours.
"""

import onnx_ir as ir

_ACTIVATIONS = frozenset({"Clip", "Erf", "Exp", "LeakyRelu", "Log", "Relu", "Sigmoid", "Sqrt", "Tanh"})
_ARITHMETIC = frozenset({"Abs", "Add", "Div", "Max", "Min", "Mul", "Neg", "Sub", "Sum"})
_ELEMENTWISE = _ACTIVATIONS | _ARITHMETIC | {"Cast", "Identity", "Where"}
_FURTHEST = 8
"""Nodes that are looked through."""


def is_transposed(value: ir.Value | None, further: int = _FURTHEST) -> bool:
    """Whether ``value`` is the output of a Transpose, or made of one element by element."""
    node = None if value is None else value.producer()
    if node is None or further == 0 or node.domain not in {"", "ai.onnx"}:
        return False
    if node.op_type == "Transpose":
        return True
    return node.op_type in _ELEMENTWISE and any(is_transposed(each, further - 1) for each in node.inputs)


def reduction_behind(node: ir.Node, further: int = _FURTHEST) -> ir.Node | None:
    """Return a reduction that ``node`` is, or that what it makes element by element ends in."""
    if node.op_type.startswith("Reduce"):
        return node
    if further == 0 or node.op_type not in _ELEMENTWISE or node.domain not in {"", "ai.onnx"}:
        return None
    readers = (use.node for value in node.outputs for use in value.uses())
    found = (reduction_behind(reader, further - 1) for reader in readers)
    return next((each for each in found if each is not None), None)
