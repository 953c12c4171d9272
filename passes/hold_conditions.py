"""Make a condition of the backward pass in the forward pass, and hold it as one bit an element.

``Where(Greater(x, 0), dY, 0)`` becomes ``MaskGrad(dY, held, mode="where")`` with ``x, held = BitsPack(x,
Greater(x, 0))`` where ``x`` is made, and so do products with the cast condition, in mode ``multiply``.
``Where(LessOrEqual(x, 0), 0, dY)`` becomes ``MaskGrad(dY, held, mode="select")``, held being the bits of
``Not(LessOrEqual(x, 0))``.

A condition of the forward pass (that of a ReLU spelled as a Where) stays where it is and is held there.

Left alone: conditions that anything else reads; those of values that the forward pass does not read on.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack
from bitgraph.passes.replacing import replace, take_out

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.split import Split
from bitgraph.plan.conditions import Condition, Conditions, MaskedGradient, find_conditions


class HoldConditionsPass(ir.passes.InPlacePass):
    """Move conditions into the forward pass and let gradients read their bits."""

    def __init__(self, plan: Conditions | None = None) -> None:
        """Remember what to move; it must have been found in the model that the pass gets."""
        super().__init__()
        self._plan = plan

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        plan = self._plan or find_conditions(model, Config())
        replaced = [node for condition in plan.found for node in _hold(condition, plan.halves)]
        if plan.found:
            take_out(replaced, model)
        return ir.passes.PassResult(model, modified=bool(plan.found))


def _hold(condition: Condition, halves: Split) -> list[ir.Node]:
    """Hold one condition; return the nodes that it replaces."""
    behind = condition.carrier.producer()
    assert behind is not None
    assert behind.graph is not None
    for node in condition.nodes:
        behind.graph.remove(node)
        behind.graph.insert_after(behind, node)
        behind = node
    replaced: list[ir.Node] = []
    for inverted in (False, True):
        gradients = [each for each in condition.gradients if each.inverted is inverted]
        if gradients:
            value = _inverse(condition.value, behind) if inverted else condition.value
            held = insert_pack(domain.BITS_PACK, "bits", value, [condition.carrier, value], halves)
            replaced.extend(node for each in gradients for node in _replace(each, held))
    return replaced


def _inverse(value: ir.Value, behind: ir.Node) -> ir.Value:
    negation = ir.node("Not", [value], name=f"{value.name}/Not")
    (inverse,) = negation.outputs
    inverse.name, inverse.shape, inverse.type = f"{value.name}.not", value.shape, value.type
    assert behind.graph is not None
    behind.graph.insert_after(behind, negation)
    return inverse


def _replace(masked: MaskedGradient, held: ir.Value) -> list[ir.Node]:
    """Put a MaskGrad where the gradient is masked; return the nodes that it replaces."""
    gradient = ir.node(
        domain.MASK_GRAD,
        inputs=[masked.gradient, held],
        attributes={"mode": masked.mode},
        domain=domain.DOMAIN,
        name=f"{masked.node.name or masked.node.outputs[0].name}/{domain.MASK_GRAD}",
        doc_string=f"Instead of {masked.node.op_type}, from one bit an element.",
    )
    replace(masked.node, gradient)
    return [masked.node, *(node for node in masked.replaced if node is not masked.node)]
