"""Which outputs ONNX Runtime puts into the buffer of an input, on the CPU.

Both tables were read off onnxruntime-training 1.19.2 by measuring: an operator in place needs one
tensor less. Operators that are not here (Add, Mul, the gradients) get a buffer of their own.
"""

import onnx_ir as ir

from bitgraph import domain

VIEWS = frozenset({"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"})
"""Operators whose output is the same data under another shape; the buffer is always shared."""

_IN_PLACE = frozenset(
    {
        "Relu",
        "Sigmoid",
        "Tanh",
        "LeakyRelu",
        "HardSigmoid",
        "Elu",
        "Softplus",
        "Softmax",
        "LogSoftmax",
        "Clip",
        "Cast",
        "ThresholdedRelu",
    }
)


def always_shared(node: ir.Node, output: int) -> int | None:
    """Return the input whose buffer output number ``output`` always is, if there is one."""
    if node.op_type in VIEWS or (node.domain == domain.DOMAIN and node.op_type in domain.ALIASES):
        return 0 if output == 0 else None
    if node.op_type in domain.BATCH_NORMS and output in (1, 2):
        return output + 2
    if node.op_type in {"InPlaceAccumulatorV2", "InPlaceAccumulator"} and output == 0:
        return 0
    return None


def maybe_shared(node: ir.Node, output: int) -> int | None:
    """Return the input whose buffer the output takes over when nothing else needs it any more."""
    if output != 0:
        return None
    if node.domain == domain.DOMAIN:
        return domain.IN_PLACE.get(node.op_type)
    return 0 if node.op_type in _IN_PLACE else None
