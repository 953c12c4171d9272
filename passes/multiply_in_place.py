"""Multiply by a constant in the memory of what is multiplied.

``Mul(x, c)`` becomes ``MulInPlace(Barrier(x), c)``: the runtime lets an operator work in place if both sides
look alike, so that x is read under the dims of the product.

Left alone: inputs and outputs of the graph, what anything else reads; what is no gathered or moved data, and
a single number, for the runtime may fuse such products; small tensors; element types other than float32.
"""

import onnx_ir as ir
from bitgraph.passes.alike import read_alike
from bitgraph.passes.replacing import replace

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.plan.constant_products import ConstantProduct, find_constant_products


class MultiplyInPlacePass(ir.passes.InPlacePass):
    """Let products with a constant take the memory of their operand; to be run after the batch is renamed."""

    def __init__(self, config: Config | None = None) -> None:
        """Remember what the sizes are."""
        super().__init__()
        self._config = config or Config()

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        found = find_constant_products(model, self._config)
        if found:
            model.graph.remove([_multiply(each) for each in found], safe=True)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=bool(found))


def _multiply(each: ConstantProduct) -> ir.Node:
    """Put a product in place where the runtime's stands; return that one."""
    node, result = each.node, each.node.outputs[0]
    result.shape = result.shape or each.source.shape
    result.type = result.type or each.source.type
    product = ir.node(
        domain.MUL_IN_PLACE,
        [read_alike(each.source, node), each.factor],
        domain=domain.DOMAIN,
        name=f"{node.name or result.name}/{domain.MUL_IN_PLACE}",
        doc_string=f"Instead of {node.op_type}, in the memory of '{each.source.name}'.",
    )
    return replace(node, product)
