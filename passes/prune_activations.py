"""Let ReLUs let less through. This is lossy: the net is another one, whose gradients are exact.

``y = Relu(x)`` becomes ``y = ThresholdedRelu[alpha=threshold](x)``, in training and evaluation graphs alike.
``ReluGrad(dy, x)`` becomes ``ReluGrad(dy, y)``.

Left alone: what is not named.
"""

from collections.abc import Iterable

import onnx_ir as ir
from bitgraph.passes.replacing import replace

from bitgraph import domain
from bitgraph.plan.prunings import Pruning


class PruneActivationsPass(ir.passes.InPlacePass):
    """Prune the named outputs of ReLUs."""

    def __init__(self, prunings: Iterable[Pruning]) -> None:
        """Remember what to prune."""
        super().__init__()
        self._prunings = {pruning.name: pruning for pruning in prunings}

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        replaced = [
            _prune(node, self._prunings[str(node.outputs[0].name)])
            for node in tuple(model.graph)
            if node.op_type == "Relu" and node.outputs[0].name in self._prunings
        ]
        model.graph.remove(replaced, safe=True)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _prune(relu: ir.Node, pruning: Pruning) -> ir.Node:
    """Put a ThresholdedRelu where ``relu`` stands; return ``relu``."""
    note = {domain.PRUNED_KEY: f"{pruning.zeros:g}"}
    for use in relu.outputs[0].uses():
        if use.node.outputs[0].name == pruning.held:
            use.node.metadata_props.update(note)
    before = relu.inputs[0]
    assert before is not None
    for use in tuple(before.uses()):
        if use.node.op_type == "ReluGrad" and use.idx == 1:
            use.node.replace_input_with(1, relu.outputs[0])
    pruned = ir.node(
        "ThresholdedRelu",
        inputs=[relu.inputs[0]],
        attributes={"alpha": pruning.threshold},
        name=relu.name,
        doc_string=f"Instead of Relu: pruned to {pruning.zeros:.0%} zeros.",
        metadata_props=note,
    )
    return replace(relu, pruned)
