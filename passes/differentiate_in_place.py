"""Compute gradients of a transformer over the gradient that comes in.

``LayerNormalizationGrad(dY, X, scale, mean, inv_std)`` becomes ``LayerNormGrad`` of the same inputs, a kernel
of ours with the same bits, whose dX takes dY's memory and which needs none besides.

Left alone: element types other than float32, gradients of which a part is not wanted.
"""

from collections.abc import Mapping

import onnx_ir as ir
from bitgraph.passes.replacing import replace

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes

_OWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "LayerNormalizationGrad": (domain.LAYER_NORM_GRAD, ("axis",)),
}
"""The operator of ours for each of the runtime's, and the attributes that both have."""


class DifferentiateInPlacePass(ir.passes.InPlacePass):
    """Let the gradients that have a kernel of ours take the memory of the incoming gradient."""

    def __init__(self, config: Config | None = None) -> None:
        """Remember how sizes are bound."""
        super().__init__()
        self._config = config or Config()

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        gradients = [node for node in model.graph if node.op_type in _OWN]
        if not gradients:
            return ir.passes.PassResult(model, modified=False)
        sizes = Sizes(model, self._config.batch, self._config.dims)
        replaced = [replace(node, _own(node)) for node in gradients if _is_supported(node, sizes)]
        if replaced:
            model.graph.remove(replaced, safe=True)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _is_supported(node: ir.Node, sizes: Sizes) -> bool:
    """Whether all of it is float32 and wanted."""
    if any(not value.name for value in node.outputs):
        return False
    return all(value is not None and sizes.dtype(value) == ir.DataType.FLOAT for value in node.inputs)


def _own(node: ir.Node) -> ir.Node:
    op, attributes = _OWN[node.op_type]
    return ir.node(
        op,
        inputs=list(node.inputs),
        attributes={name: node.attributes[name] for name in attributes if name in node.attributes},
        domain=domain.DOMAIN,
        num_outputs=len(node.outputs),
        name=f"{node.name or node.outputs[0].name}/{op}",
        doc_string=f"Instead of {node.op_type}, with dX in the memory of dY.",
    )
