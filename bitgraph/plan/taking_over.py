"""Which results can take the memory of an operand: nothing needs it any more, and the user lets us."""

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.lifetimes import Lifetimes


def can_take_over(node: ir.Node, index: int, lifetimes: Lifetimes, config: Config) -> bool:
    """Whether the runtime will let the first output of ``node`` take the memory of input ``index``."""
    x, result = node.inputs[index], node.outputs[0]
    if x is None or result.is_graph_output() or result.shape is None:
        return False
    if lifetimes.last_reader(x) is not node:
        return False
    if any(isinstance(dim, ir.SymbolicDim) and dim.value is None for dim in result.shape):
        return False
    producer = x.producer()
    return producer is not None and config.refusal(str(x.name), producer.op_type) is None
