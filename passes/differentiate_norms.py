"""Compute the gradient of a batch norm over the gradient that comes in.

``BatchNormalizationGrad(dY, X, scale, mean, inv_std)`` becomes ``BatchNormGrad`` of the same inputs, a kernel
of ours with the same order of sums, whose dX takes dY's memory. The gradient of the activation behind the
norm, ``BatchNormMaskGrad(dY, X, ...)``, is done on the way when it is read by nothing else.

Left alone: element types other than float32, gradients of which a part is not wanted.
"""

from typing import Any

import onnx_ir as ir
from bitgraph.passes.norm_activations import epsilon_of
from bitgraph.passes.replacing import disconnect, replace

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.norm_gradients import NormGradient, find_norm_gradients


class DifferentiateNormsPass(ir.passes.InPlacePass):
    """Let gradients of batch norms take the memory of the incoming gradient."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember how sizes are bound."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        replaced = [
            node
            for each in find_norm_gradients(model, self._config, self._sizes)
            for node in _differentiate(each)
        ]
        if replaced:
            model.graph.remove(replaced, safe=True)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _differentiate(each: NormGradient) -> list[ir.Node]:
    """Put a BatchNormGrad where the gradient stands; return the nodes that it replaces."""
    node, mask = each.gradient, each.mask
    inputs = list(node.inputs)
    attributes: dict[str, Any] = {"activation": "none", "epsilon": epsilon_of(node)}
    if mask is not None:
        inputs = [mask.inputs[0], *node.inputs[1:], mask.inputs[3]]
        attributes = {**mask.attributes, "activation": mask.attributes["mode"].as_string()}
        del attributes["mode"]
    gradient = ir.node(
        domain.BATCH_NORM_GRAD,
        inputs=inputs,
        attributes=attributes,
        domain=domain.DOMAIN,
        num_outputs=3,
        name=f"{node.name or node.outputs[0].name}/{domain.BATCH_NORM_GRAD}",
        doc_string=f"Instead of {node.op_type}, with dX in the memory of dY.",
    )
    replaced = [replace(node, gradient)]
    if mask is not None:
        disconnect([mask])
        replaced.append(mask)
    return replaced
