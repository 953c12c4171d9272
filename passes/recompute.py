"""Compute a stash again in the backward pass instead of holding it.

``x -> y = f(x); reader(dY, y)`` becomes ``x -> y = f(x); reader(dY, f(Barrier(x, dY)))`` where ``x`` is held
anyway (see ``repetition.py``), and the forward pass reads ``y`` on behind a barrier as well: the runtime
would fuse nodes that nothing but each other reads, into kernels with other bits.

The gradient of an activation behind a batch norm, ``ReluGrad(dY, y)``, becomes ``BatchNormMaskGrad(dY, x,
scale, bias, mean, inv_std)``, and so does that of Clip: the mask is computed again where it is applied.

Left alone: what costs more to compute than to hold, what draws random numbers or keeps state.
"""

import onnx_ir as ir
from bitgraph.passes.norm_activations import epsilon_of
from bitgraph.passes.repetition import repeat_all
from bitgraph.passes.replacing import disconnect, replace, take_out

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.loaded import Loaded
from bitgraph.graph.split import Split
from bitgraph.plan.bounds import high_of, low_of
from bitgraph.plan.norm_masks import NormMask
from bitgraph.plan.recomputations import Recomputations, make_recomputations


class RecomputePass(ir.passes.InPlacePass):
    """Put the recomputations of a plan into the graph."""

    def __init__(self, plan: Recomputations | None = None) -> None:
        """Remember the plan to follow; it must have been made of the model that the pass gets."""
        super().__init__()
        self._plan = plan

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        plan = self._plan or make_recomputations(model, Config())
        loaded = Loaded(model.graph)
        for recomputation in plan.values:
            _fence(recomputation.stash.value, plan.halves, loaded)
        # Before any gradient is replaced: it may be what a repetition waits for.
        repeat_all(plan.repetitions)
        replaced = [node for mask in plan.masks for node in _replace_gradient(mask)]
        modified = bool(plan.values or plan.masks)
        if modified:
            take_out(replaced, model)
        return ir.passes.PassResult(model, modified=modified)


def _fence(value: ir.Value, halves: Split, loaded: Loaded) -> None:
    """Let the forward pass read ``value`` behind a barrier, except what is fused with it anyway."""
    producer = value.producer()
    readers = [
        use
        for use in value.uses()
        if use.node not in halves.backward and producer not in loaded.parts.get(use.node, ())
    ]
    if not readers:
        return
    assert producer is not None
    assert producer.graph is not None
    barrier = ir.node(domain.BARRIER, [value], domain=domain.DOMAIN, name=f"{value.name}/{domain.BARRIER}")
    through = barrier.outputs[0]
    through.name, through.shape, through.type = f"{value.name}.through", value.shape, value.type
    producer.graph.insert_after(producer, barrier)
    for use in readers:
        use.node.replace_input_with(use.idx, through)


def _replace_gradient(mask: NormMask) -> list[ir.Node]:
    """Put a BatchNormMaskGrad where the activation's gradient stands; return the nodes that it replaces."""
    source, scale, bias = mask.norm.inputs[:3]
    if mask.gradient is not None:
        source = mask.gradient.inputs[1]
    kept = [source, scale, bias, *mask.norm.outputs[3:5]]
    epsilon = epsilon_of(mask.norm)
    if mask.clip is None:
        attributes: dict[str, float | str] = {"mode": "relu", "epsilon": epsilon}
        return [_put(node, [node.inputs[0], *kept], attributes) for node in mask.nodes]
    clip = mask.clip
    bounds = {"low": low_of(clip.low), "high": high_of(clip.high)}
    multiply = _put(clip.multiply, [clip.gradient, *kept], {"mode": "clip", "epsilon": epsilon, **bounds})
    disconnect(clip.mask)
    return [multiply, *clip.mask]


def _put(node: ir.Node, inputs: list[ir.Value | None], attributes: dict[str, float | str]) -> ir.Node:
    gradient = ir.node(
        domain.BATCH_NORM_MASK_GRAD,
        inputs=inputs,
        attributes=attributes,
        domain=domain.DOMAIN,
        name=f"{node.name or node.outputs[0].name}/{domain.BATCH_NORM_MASK_GRAD}",
        doc_string=f"Instead of {node.op_type}, the mask from the batch norm in front of it.",
    )
    return replace(node, gradient)
