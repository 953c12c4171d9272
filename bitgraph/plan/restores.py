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
    ordered = sorted(uses, key=lambda use: (step.position[use.node], use.index))
    groups: list[list[Use]] = []
    for use in ordered:
        if groups and step.position[use.node] - step.position[groups[-1][-1].node] <= SHARED_GAP:
            groups[-1].append(use)
        else:
            groups.append([use])
    restores = []
    for group in groups:
        restored = group[0].node.inputs[group[0].index]
        assert restored is not None
        trigger = step.trigger(group[0].node, restored, dtype)
        if trigger is None:
            return None
        restores.append(Restore(tuple(group), trigger))
    return tuple(restores)
