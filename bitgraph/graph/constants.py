"""What a graph says of constants, however it spells them."""

import numpy as np
import onnx_ir as ir

_SPREAD = frozenset({"Cast", "Expand", "Identity", "Reshape", "Squeeze", "Unsqueeze"})


def is_constant(value: ir.Value) -> bool:
    """Return whether ``value`` is made of constants of the graph alone."""
    producer = value.producer()
    if producer is None:
        return not value.is_graph_input()
    return all(source is None or is_constant(source) for source in producer.inputs)


def is_zero(value: ir.Value | None) -> bool:
    """Return whether ``value`` is a constant, or made of one, of which all bits are zero."""
    if value is None or value.is_graph_input():
        return False
    constant = ir.convenience.get_const_tensor(value)
    if constant is not None:
        return not np.frombuffer(constant.tobytes(), np.uint8).any()
    node = value.producer()
    if node is None:
        return False
    if node.op_type == "ConstantOfShape":
        filled = node.attributes.get("value")
        return filled is None or not np.frombuffer(filled.as_tensor().tobytes(), np.uint8).any()
    return node.op_type in _SPREAD and is_zero(node.inputs[0])
