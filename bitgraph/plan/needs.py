"""What a backward reader really needs of a stash: one table for all operators.

ReluGrad needs one bit an element, the gradient of Clip one bit, a condition one bit, MaxPoolGrad
a place in a small window; whatever is not named here needs every value.
"""

import enum

import onnx_ir as ir

from bitgraph.plan.clip import clip_gradient_of
from bitgraph.plan.stashes import Use


class Need(enum.Enum):
    """What a reader needs."""

    SIGN = "one bit an element: whether it is positive"
    RANGE = "one bit an element: whether it lies within the bounds"
    TRUTH = "one bit an element: a bool"
    INDEX = "a place in the pooling window"
    VALUES = "every value"


def need_of(use: Use, dtype: ir.DataType | None) -> Need:
    """Return what ``use`` needs of a stash whose elements are ``dtype``."""
    node = use.node
    if dtype == ir.DataType.BOOL:
        return Need.TRUTH
    if node.op_type == "ReluGrad" and use.index == 1:
        return Need.SIGN
    if node.op_type == "MaxPoolGrad" and use.index == 1:
        return Need.INDEX
    if node.op_type in {"LessOrEqual", "GreaterOrEqual"} and use.index == 0 and not use.views:
        return Need.VALUES if clip_gradient_of(node) is None else Need.RANGE
    return Need.VALUES


def mask_gradients(uses: tuple[Use, ...]) -> list[ir.Value]:
    """Return the gradients that a mask for ``uses`` (a sign, or a range) will be applied to."""
    gradients = []
    for use in uses:
        clip = None if use.node.op_type == "ReluGrad" else clip_gradient_of(use.node)
        gradient = use.node.inputs[0] if clip is None else clip.gradient
        if gradient is not None:
            gradients.append(gradient)
    return gradients
