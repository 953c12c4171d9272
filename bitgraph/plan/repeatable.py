"""Operators that give the same bits when they run again: what a recomputation may consist of.

Left out: what draws random numbers, keeps state or contains subgraphs; MaxPool, whose kernel is another
one when its indices are not asked for; what ONNX Runtime has no gradient for is of no interest here.
"""

import onnx_ir as ir

from bitgraph.graph.alias import VIEWS

# fmt: off
_REPEATABLE = VIEWS | frozenset(
    {
        "Abs", "Add", "AveragePool", "BiasGelu", "Cast", "Clip", "Concat", "Conv", "Cos", "DepthToSpace",
        "Div", "Erf", "Exp", "Expand", "FastGelu", "FusedMatMul", "Gather", "Gelu", "Gemm",
        "GlobalAveragePool", "HardSigmoid", "HardSwish", "LayerNormalization", "LeakyRelu", "Log",
        "LogSoftmax", "MatMul", "Max", "Min", "Mul", "Neg", "Pad", "Pow", "QuickGelu", "Reciprocal",
        "ReduceMean", "ReduceSum", "Relu", "Sigmoid", "Sin", "Slice", "Softmax", "Softplus", "SpaceToDepth",
        "Split", "Sqrt", "Sub", "Sum", "Tanh", "Tile", "Transpose", "Where",
    }
)
# fmt: on

BATCH_NORM = "BatchNormInternal"
"""Its output is recomputed by an operator of ours, from the mean and deviation that it saved: running it
again would update the running statistics again."""

DROPOUT = "Dropout"
"""Its output is recomputed by DropoutGrad, which is the same product with the same mask; not where
no training mode is given: Dropout then copies, and DropoutGrad scales."""


def is_repeatable(value: ir.Value) -> bool:
    """Whether ``value`` can be computed again from the inputs of its node."""
    node = value.producer()
    if node is None:
        return False
    if node.op_type == BATCH_NORM:
        return value is node.outputs[0] and len(node.outputs) == 5
    if node.op_type == DROPOUT:
        told = len(node.inputs) > 2 and node.inputs[2] is not None
        return value is node.outputs[0] and len(node.outputs) == 2 and told
    if node.op_type == "LayerNormalization":
        return value is node.outputs[0]
    return node.op_type in _REPEATABLE and all(
        attribute.type not in {ir.AttributeType.GRAPH, ir.AttributeType.GRAPHS}
        for attribute in node.attributes.values()
    )
