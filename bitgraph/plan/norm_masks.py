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
        gradient: The gradient of the batch norm, when the mask is computed from the input that this gets:
            one that is computed again for it.
    """

    stash: Stash
    norm: ir.Node
    uses: tuple[Use, ...]
    clip: ClipGradient | None = None
    gradient: ir.Node | None = None

    @property
    def nodes(self) -> tuple[ir.Node, ...]:
        """The nodes whose first outputs are the masked gradients."""
        return tuple({use.node: None for use in self.uses}) if self.clip is None else (self.clip.multiply,)

    @property
    def incoming(self) -> ir.Value | None:
        """The gradient before the (first) mask."""
        return self.nodes[0].inputs[0] if self.clip is None else self.clip.gradient


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


def norm_gradient_behind(mask: NormMask) -> ir.Node | None:
    """Return the gradient of the same batch norm, if it is all that reads what ``mask`` gives."""
    if len(mask.nodes) != 1:
        return None
    masked = mask.nodes[0].outputs[0]
    uses = list(masked.uses())
    if len(uses) != 1 or masked.is_graph_output():
        return None
    node = uses[0].node
    same = (masked, *mask.norm.inputs[:2], *mask.norm.outputs[3:5])
    return node if node.op_type == "BatchNormalizationGrad" and tuple(node.inputs) == same else None


def _norm_behind(value: ir.Value, through: str | None) -> ir.Node | None:
    node = value.producer()
    if node is not None and node.op_type == through and node.inputs[0] is not None:
        value, node = node.inputs[0], node.inputs[0].producer()
    if node is None or node.op_type != BATCH_NORM or value is not node.outputs[0]:
        return None
    return node if len(node.outputs) == 5 else None
