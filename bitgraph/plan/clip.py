"""Recognises the gradient of Clip as ONNX Runtime writes it: a multiplication by a cast mask.

``Mul(dY, Cast(And(GreaterOrEqual(x, low), LessOrEqual(x, high))))``, or with one comparison alone.
"""

import dataclasses

import onnx_ir as ir


@dataclasses.dataclass(frozen=True)
class ClipGradient:
    """The nodes of one Clip gradient.

    Attributes:
        value: What is compared with the bounds.
        low: Lower bound, or None.
        high: Upper bound, or None.
        gradient: The incoming gradient.
        multiply: The node whose output is the outgoing gradient.
        mask: The nodes that make the mask, first to last; nothing else reads them.
    """

    value: ir.Value
    low: ir.Value | None
    high: ir.Value | None
    gradient: ir.Value
    multiply: ir.Node
    mask: tuple[ir.Node, ...]


def clip_gradient_of(comparison: ir.Node) -> ClipGradient | None:
    """Return the Clip gradient that ``comparison`` is part of, or None when it is something else."""
    joint = _sole_reader(comparison)
    comparisons = [comparison]
    if joint is not None and joint.op_type == "And":
        sides = [value.producer() for value in joint.inputs if value is not None]
        comparisons = [node for node in sides if node is not None]
        if len(comparisons) != 2 or any(_sole_reader(node) is not joint for node in comparisons):
            return None
        cast = _sole_reader(joint)
    else:
        cast, joint = joint, None
    if cast is None or cast.op_type != "Cast":
        return None
    multiply = _sole_reader(cast)
    if multiply is None or multiply.op_type != "Mul":
        return None
    gradients = [value for value in multiply.inputs if value is not cast.outputs[0]]
    bounds = {node.op_type: node for node in comparisons}
    lower, upper = bounds.get("GreaterOrEqual"), bounds.get("LessOrEqual")
    values = {node.inputs[0] for node in comparisons}
    if len(bounds) != len(comparisons) or set(bounds) - {"GreaterOrEqual", "LessOrEqual"}:
        return None
    value = values.pop()
    if values or value is None or len(gradients) != 1 or gradients[0] is None:
        return None
    if gradients[0].dtype not in (None, value.dtype):
        return None
    if not all(_is_single(node.inputs[1]) for node in comparisons):
        return None
    return ClipGradient(
        value=value,
        low=lower.inputs[1] if lower else None,
        high=upper.inputs[1] if upper else None,
        gradient=gradients[0],
        multiply=multiply,
        mask=(*comparisons, *([joint] if joint else []), cast),
    )


def _is_single(bound: ir.Value | None) -> bool:
    """Whether a bound is one number for the whole tensor, which is what the operator takes."""
    return bound is not None and bound.shape is not None and all(dim == 1 for dim in bound.shape)


def _sole_reader(node: ir.Node) -> ir.Node | None:
    """The node that alone reads the only output of ``node``."""
    if len(node.outputs) != 1 or node.outputs[0].is_graph_output():
        return None
    uses = list(node.outputs[0].uses())
    return uses[0].node if len(uses) == 1 else None
