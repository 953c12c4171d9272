"""Values whose own first dim ONNX Runtime finds out again, as a number, when it loads the graph.

In a graph with a fixed batch the name of a buffer stands in the place of a number. Shape inference knows
nothing of it: where the inputs of an operator hold the number, its output gets it back. So the number
spreads from the loss, from Expand and Reshape and from what the forward pass kept, up to the next
operator that is not inferred.
"""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.buffer_dims import dim_of
from bitgraph.graph.loaded import Loaded

# fmt: off
_INFERRED = frozenset(
    {
        "FusedMatMul", "GeluGrad", "LayerNormalizationGrad", "ReluGrad", "SigmoidGrad",
        "SoftmaxCrossEntropyLossGrad", "SoftmaxGrad_13", "TanhGrad",
    }
)
# fmt: on
"""Operators of ONNX Runtime's own that have an inferred shape; the others have none."""

_FOLDED = frozenset({"Gemm", "Reshape", "Expand"})
"""Operators whose target is a constant as soon as all dims of the measured value are numbers; and the
gradient of a product, which reads two of them."""


def rederived(order: list[ir.Node], loaded: Loaded) -> set[ir.Value]:
    """Return the values of ``order`` whose first dim is a symbol in the file and a number when loaded."""
    found: set[ir.Value] = set()
    for node in order:
        if node.domain == domain.DOMAIN or (node.domain and node.op_type not in _INFERRED):
            continue
        for value in node.outputs:
            batch = _fixed_batch(value)
            if batch is not None and _is_told(node, loaded.reads(node), batch, found):
                found.add(value)
    return found


def _is_told(node: ir.Node, inputs: list[ir.Value], batch: int, found: set[ir.Value]) -> bool:
    if node.op_type in _FOLDED:
        return True
    return any(
        value.shape[0] == batch or value in found
        for value in inputs
        if value.shape and not value.is_initializer()
    )


def _fixed_batch(value: ir.Value) -> int | None:
    """The number that the first dim stood for before it was renamed, if it was."""
    if not value.shape:
        return None
    dim = dim_of(str(value.shape[0]))
    return dim if isinstance(dim, int) else None
