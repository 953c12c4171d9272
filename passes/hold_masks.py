"""Hold one bit an element for activation gradients that need no more.

``ReluGrad(dY, x)`` becomes ``MaskGrad(dY, held, mode="select")`` with ``x, held = MaskPack(x)``, bit = x > 0.
``Mul(dY, Cast(And(x >= low, x <= high)))``, the gradient of Clip, becomes
``MaskGrad(dY, held, mode="multiply")`` with ``x, held = MaskPack(x, low, high)``; a factor of 0 or 1 stays a
factor, since -1 * 0 is -0 and NaN * 0 is NaN.

Left alone: comparisons that feed anything else; stashes that another reader needs in full and dense.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack
from bitgraph.passes.planned import PlannedPass
from bitgraph.passes.replacing import disconnect, replace

from bitgraph import domain
from bitgraph.plan.clip import ClipGradient, clip_gradient_of
from bitgraph.plan.plan import Form, Plan
from bitgraph.plan.stashes import Stash


class HoldMasksPass(PlannedPass):
    """Replace activation gradients by MaskGrad over a mask packed in the forward pass."""

    encoding = "mask"

    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put one mask, and the gradients that read it, into the graph."""
        replaced: list[ir.Node] = []
        relus = [use.node for use in form.uses if use.node.op_type == "ReluGrad"]
        if relus:
            held = insert_pack(
                domain.MASK_PACK,
                "sign",
                stash.value,
                [stash.value],
                plan.halves,
                {"predicate": "positive"},
            )
            replaced.extend(_replace(relu, relu.inputs[0], held, "select") for relu in relus)
        for number, clip in enumerate(_clips(form)):
            held = insert_pack(
                domain.MASK_PACK,
                f"range{number or ''}",
                stash.value,
                [stash.value, clip.low, clip.high],
                plan.halves,
                {"predicate": "within"},
            )
            replaced.append(_replace(clip.multiply, clip.gradient, held, "multiply"))
            disconnect(clip.mask)
            replaced.extend(clip.mask)
        return replaced


def _clips(form: Form) -> list[ClipGradient]:
    found = [clip_gradient_of(use.node) for use in form.uses if use.node.op_type != "ReluGrad"]
    return list({clip.multiply: clip for clip in found if clip is not None}.values())


def _replace(node: ir.Node, gradient: ir.Value | None, held: ir.Value, mode: str) -> ir.Node:
    """Put a MaskGrad where ``node`` stands; return ``node``."""
    grad = ir.node(
        domain.MASK_GRAD,
        inputs=[gradient, held],
        attributes={"mode": mode},
        domain=domain.DOMAIN,
        name=f"{node.name or node.outputs[0].name}/{domain.MASK_GRAD}",
        doc_string=f"Instead of {node.op_type}, from one bit an element.",
    )
    return replace(node, grad)
