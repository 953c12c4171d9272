"""Finds activation gradients whose mask follows from what the batch norm in front of them keeps anyway."""

import dataclasses

import onnx_ir as ir

from bitgraph.plan.bounds import is_number
from bitgraph.plan.clip import ClipGradient, clip_gradient_of
from bitgraph.plan.needs import Need
from bitgraph.plan.repeatable import BATCH_NORM
from bitgraph.plan.stashes import Stash, Use


@dataclasses.dataclass(frozen=True)
class NormMask:
    """The gradient of an activation behind a batch norm.

    Attributes:
        stash: What the gradient reads now: the activation's output, or the batch norm's.
        norm: The batch norm.
        uses: The reads that are served: of ReluGrad, or of the comparisons of a Clip gradient.
        clip: The Clip gradient; None for ReluGrad.
    """

    stash: Stash
    norm: ir.Node
    uses: tuple[Use, ...]
    clip: ClipGradient | None = None


def norm_masks_of(stash: Stash, need: Need, uses: tuple[Use, ...]) -> list[NormMask]:
    """Return the masks for ``uses`` of ``stash``; none when no batch norm stands in front of it."""
    if any(use.views for use in uses):
        return []
    norm = _norm_behind(stash.value, through="Relu" if need is Need.SIGN else None)
    if norm is None:
        return []
    if need is Need.SIGN:
        return [NormMask(stash, norm, uses)]
    by_clip: dict[ir.Node, list[Use]] = {}
    clips: dict[ir.Node, ClipGradient] = {}
    for use in uses:
        clip = clip_gradient_of(use.node)
        assert clip is not None
        if not (is_number(clip.low) and is_number(clip.high)):
            return []
        clips[clip.multiply] = clip
        by_clip.setdefault(clip.multiply, []).append(use)
    return [NormMask(stash, norm, tuple(by_clip[node]), clips[node]) for node in by_clip]


def _norm_behind(value: ir.Value, through: str | None) -> ir.Node | None:
    node = value.producer()
    if node is not None and node.op_type == through and node.inputs[0] is not None:
        value, node = node.inputs[0], node.inputs[0].producer()
    if node is None or node.op_type != BATCH_NORM or value is not node.outputs[0]:
        return None
    return node if len(node.outputs) == 5 else None
