"""Compute the gradient of a convolution in the memory of its input.

``ConvGrad(dY, BitmapUnpack(held, dY), W)`` becomes ``ConvGradHeld(dY, held, W)``, which restores X where dX
will be. Where nothing needs X any more ``ConvGrad(dY, X, W)`` becomes ``ConvGradInPlace(dY, X, W)``, whose dX
takes X's memory.

Left alone: inputs and outputs of the graph, an X that is read later, gradients without dX or dW,
element types other than float32, auto_pad, groups of what is no image.
"""

import onnx_ir as ir
from bitgraph.passes.replacing import disconnect, replace, take_out

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.convolutions import InPlaceConvolution, find_in_place_convolutions


class ConvolveInPlacePass(ir.passes.InPlacePass):
    """Let gradients of convolutions take the memory of their input; to be run after the other passes."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember what may be touched."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        found = find_in_place_convolutions(model, self._config, self._sizes)
        replaced = [node for each in found for node in _differentiate(each)]
        if found:
            take_out(replaced, model)
        return ir.passes.PassResult(model, modified=bool(found))


def _differentiate(each: InPlaceConvolution) -> list[ir.Node]:
    """Put a gradient of ours where the runtime's stands; return the nodes that it replaces."""
    if each.unpack is None:
        return [_put(each.gradient, domain.CONV_GRAD_IN_PLACE, each.gradient.inputs[1])]
    replaced = [_put(each.gradient, domain.CONV_GRAD_HELD, each.unpack.inputs[0]), each.unpack]
    disconnect([each.unpack])
    return replaced


def _put(node: ir.Node, op_type: str, source: ir.Value | None) -> ir.Node:
    """Put a gradient of ours, which reads ``source`` for X, where ``node`` stands; return ``node``."""
    gradient = ir.node(
        op_type,
        inputs=[node.inputs[0], source, node.inputs[2]],
        attributes=node.attributes,
        domain=domain.DOMAIN,
        num_outputs=len(node.outputs),
        name=f"{node.name or node.outputs[0].name}/{op_type}",
        doc_string=f"Instead of {node.op_type}, with dX in the memory of X.",
        metadata_props={domain.STANDS_FOR_KEY: node.name or ""},
    )
    return replace(node, gradient)
