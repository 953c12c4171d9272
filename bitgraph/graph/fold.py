"""Small integer tensors that a graph computes from shapes, evaluated where all inputs are known.

Exporters compute the operand of a Reshape from Shape, Gather and Concat; without its numbers the shape
of everything behind it is unknown.
"""

from collections.abc import Mapping

import numpy as np
import onnx_ir as ir

from bitgraph.graph.inference import MAX_ELEMENTS, Array, evaluate, small_constant

Shape = tuple[int, ...]
Known = dict[ir.Value, Array]

# fmt: off
_FOLDED = frozenset(
    {
        "Add", "Cast", "Ceil", "Concat", "Constant", "ConstantOfShape", "Div", "Equal", "Expand",
        "Floor", "Gather", "Identity", "Max", "Min", "Mod", "Mul", "Neg", "Not", "Range",
        "ReduceProd", "Reshape", "Shape", "Size", "Slice", "Squeeze", "Sub", "Unsqueeze", "Where",
    }
)
# fmt: on


def fold(node: ir.Node, shapes: Mapping[ir.Value, Shape], known: Known) -> Known:
    """Return the outputs of ``node`` that can be computed now.

    Args:
        node: Any node.
        shapes: Concrete shapes known so far.
        known: Small tensors known so far.
    """
    if node.op_type == "ConcatTraining":
        return _concat(node, shapes, known)
    if node.op_type not in _FOLDED or node.domain not in {"", "ai.onnx"} or len(node.outputs) != 1:
        return {}
    source = node.inputs[0] if node.inputs else None
    if node.op_type in {"Shape", "Size"}:
        return _measure(node, shapes.get(source) if source is not None else None)
    feeds: list[Array | None] = []
    for value in node.inputs:
        if value is None or value.name is None:
            feeds.append(None)
            continue
        data = known[value] if value in known else small_constant(value)
        if data is None or data.size > MAX_ELEMENTS:
            return {}
        feeds.append(data)
    result = evaluate(node, feeds)
    return {} if result is None or result.size > MAX_ELEMENTS else {node.outputs[0]: result}


def _concat(node: ir.Node, shapes: Mapping[ir.Value, Shape], known: Known) -> Known:
    """Evaluate the training build's Concat, which also gives the length of each input."""
    axis = node.attributes["axis"].as_int()
    parts = [value for value in node.inputs if value is not None]
    folded: Known = {}
    data = [known[value] if value in known else small_constant(value) for value in parts]
    whole = [tensor for tensor in data if tensor is not None]
    if len(whole) == len(parts) and sum(tensor.size for tensor in whole) <= MAX_ELEMENTS:
        folded[node.outputs[0]] = np.concatenate(whole, axis)
    if len(node.outputs) > 1 and all(value in shapes for value in parts):
        lengths = [shapes[value][axis] for value in parts if len(shapes[value]) > 0]
        folded[node.outputs[1]] = np.array(lengths, dtype=np.int64)
    return folded


def _measure(node: ir.Node, shape: Shape | None) -> Known:
    if shape is None:
        return {}
    if node.op_type == "Size":
        return {node.outputs[0]: np.array(np.prod(shape, dtype=np.int64))}
    start = node.attributes["start"].as_int() if "start" in node.attributes else 0
    end = node.attributes["end"].as_int() if "end" in node.attributes else None
    return {node.outputs[0]: np.array(shape[start:end], dtype=np.int64)}
