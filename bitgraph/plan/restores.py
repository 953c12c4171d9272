"""Groups the reads of a stash that share one restored tensor, and finds what each waits for."""

import dataclasses

import onnx_ir as ir

from bitgraph.graph.step import Step
from bitgraph.plan.stashes import Use

SHARED_GAP = 2
"""Readers at most this many nodes apart in execution order share one restored tensor; those farther
apart would keep it dense in between."""


@dataclasses.dataclass(frozen=True)
class Restore:
    """One restored tensor: who reads it, and the gradient it waits for."""

    uses: tuple[Use, ...]
    trigger: ir.Value


def plan_restores(uses: tuple[Use, ...], step: Step, dtype: ir.DataType | None) -> tuple[Restore, ...] | None:
    """Return how ``uses`` are served, first in execution order first.

    Args:
        uses: Backward reads of one stash.
        step: The step they are part of.
        dtype: Element type that a trigger must have; None for any.

    Returns:
        The groups, or None when some read has nothing to wait for.
    """
    restores: list[Restore] = []
    for use in sorted(uses, key=lambda use: (step.position[use.node], use.index)):
        if restores and _may_join(use, restores[-1], step):
            restores[-1] = dataclasses.replace(restores[-1], uses=(*restores[-1].uses, use))
            continue
        restored = use.node.inputs[use.index]
        assert restored is not None
        trigger = step.trigger(use.node, restored, dtype)
        if trigger is None:
            return None
        restores.append(Restore((use,), trigger))
    return tuple(restores)


def _may_join(use: Use, restore: Restore, step: Step) -> bool:
    """Whether ``use`` comes soon behind the others, and what they wait for does not wait for it.

    A reader without a gradient, such as a view, waits for one of a node behind it, which may come later
    than its neighbors.
    """
    gap = step.position[use.node] - step.position[restore.uses[-1].node]
    return gap <= SHARED_GAP and not step.waits_for(restore.trigger, use.node)
