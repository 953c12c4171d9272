"""What ONNX Runtime knows of a computed shape when it loads a graph.

Its optimizers for training put numbers in the place of ``Shape``, ``Gather`` and ``Slice`` where the dims
are numbers, and the target of a Reshape is a constant with one open dim when the others are.
"""

from collections.abc import Mapping

import onnx_ir as ir

Numbers = tuple[int | None, ...]
"""The elements of a small tensor of integers in their order; None where nobody knows."""

_SAME = frozenset({"Cast", "Identity", "Squeeze", "Unsqueeze"})


def numbers_of(
    node: ir.Node, shapes: Mapping[ir.Value, tuple[int | str | None, ...]], known: Mapping[ir.Value, Numbers]
) -> Numbers | None:
    """Return what is known of the first output of ``node``, or None when it is no computed shape.

    Args:
        node: Any node.
        shapes: Dims known so far.
        known: What this function said of the nodes before.
    """
    source = node.inputs[0] if node.inputs else None
    if source is None:
        return None
    if node.op_type == "Shape":
        dims = shapes.get(source)
        start = node.attributes.get_int("start", 0)
        end = node.attributes["end"].as_int() if "end" in node.attributes else None
        return None if dims is None else tuple(d if isinstance(d, int) else None for d in dims[start:end])
    operands = [_operand(value, known) for value in node.inputs if value is not None]
    if any(operand is None for operand in operands[: 3 if node.op_type == "Slice" else None]):
        return None
    parts = [operand for operand in operands if operand is not None]
    if node.op_type in _SAME:
        return parts[0]
    if node.op_type in {"Concat", "ConcatTraining"}:
        return tuple(number for part in parts for number in part)
    if node.op_type == "Gather" and all(_is_inside(index, parts[0]) for index in parts[1]):
        return tuple(parts[0][index] for index in parts[1] if index is not None)
    if node.op_type == "Slice" and len(parts) < 5 and None not in (parts[1][0], parts[2][0]):
        return parts[0][parts[1][0] : parts[2][0]]
    return None


def target_of(numbers: Numbers | None) -> list[int] | None:
    """Return the constant target of a Reshape to ``numbers``, if there is one: -1 where one is open."""
    if numbers is None or numbers.count(None) + numbers.count(-1) > 1:
        return None
    return [-1 if number is None else number for number in numbers]


def _operand(value: ir.Value, known: Mapping[ir.Value, Numbers]) -> Numbers | None:
    if value in known:
        return known[value]
    tensor = value.const_value
    if tensor is None or tensor.size > 16 or tensor.dtype not in {ir.DataType.INT64, ir.DataType.INT32}:
        return None
    return tuple(int(number) for number in tensor.numpy().reshape(-1))


def _is_inside(index: int | None, part: Numbers) -> bool:
    return index is not None and -len(part) <= index < len(part)
