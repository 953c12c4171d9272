"""Decides which stashes are computed again instead of held.

The stashes are taken in the order of the forward pass. For each that a backward node needs in full there
are three ways: hold it dense, hold it as a bitmap, or repeat the nodes between it and what is held
anyway. Each has a price, bytes held plus seconds spent, at ``exchange`` bytes for a second; the lowest wins.
A chain of repeated nodes thus ends by itself where holding a value in between is cheaper.
"""

import dataclasses
import math

import onnx_ir as ir

from bitgraph.graph.step import Step
from bitgraph.plan.repeatable import BATCH_NORM, is_repeatable
from bitgraph.plan.restores import Restore, plan_restores
from bitgraph.plan.stashes import Stash, Use

SMALL_BYTES = 16 * 1024
"""A value of at most this size is held for a recomputation alone, if need be."""


@dataclasses.dataclass(frozen=True)
class Recomputation:
    """A stash that is computed again for some of its readers.

    Attributes:
        stash: The stash.
        restores: The backward reads that are served, in groups with the gradient that each waits for.
        nodes: The forward nodes that are repeated for each group, in the order of the forward pass.
        seconds: What that is expected to cost.
    """

    stash: Stash
    restores: tuple[Restore, ...]
    nodes: tuple[ir.Node, ...]
    seconds: float

    @property
    def uses(self) -> tuple[Use, ...]:
        """The backward reads that are served."""
        return tuple(use for restore in self.restores for use in restore.uses)

    def waiting_for(self, trigger: ir.Value, instead: ir.Value) -> "Recomputation":
        """Return the same with one trigger in the place of another."""
        restores = tuple(
            dataclasses.replace(each, trigger=trigger) if each.trigger is instead else each
            for each in self.restores
        )
        return dataclasses.replace(self, restores=restores)


class Chains:
    """Finds the nodes between a value and what is held anyway."""

    def __init__(self, step: Step) -> None:
        """Start with nothing held but what the caller holds: inputs and parameters."""
        self._step = step
        self._held: set[ir.Value] = set()

    def hold(self, value: ir.Value) -> None:
        """Note that ``value`` is there during the backward pass, exactly."""
        self._held.update(self._step.loaded.made_from(value))

    def find(self, value: ir.Value, limit: float) -> tuple[tuple[ir.Node, ...], float] | None:
        """Return the nodes that give ``value`` again and their seconds, or None if above ``limit``."""
        nodes: set[ir.Node] = set()
        whole: set[ir.Node] = set()
        seconds, stack = 0.0, [value]
        while stack:
            needed = stack.pop()
            node = needed.producer()
            if node is None or node in nodes:
                continue
            if needed is not value and node not in whole and self._is_there(needed):
                continue
            if not is_repeatable(needed):
                return None
            seconds += self._step.costs.repeat_seconds(node)
            if seconds > limit:
                return None
            nodes.add(node)
            inputs = node.inputs[:1] if node.op_type == BATCH_NORM else node.inputs
            # What the runtime fuses into one product has other bits than its parts: it is repeated whole.
            whole |= self._step.loaded.parts.get(node, set())
            stack.extend(source for source in inputs if source is not None)
        return tuple(sorted(nodes, key=self._step.position.__getitem__)), seconds

    def _is_there(self, value: ir.Value) -> bool:
        if value in self._held or value.is_graph_output():
            return True
        return 0 < self._step.sizes.nbytes(value) <= SMALL_BYTES


def recomputation_of(
    stash: Stash, uses: tuple[Use, ...], chains: Chains, step: Step, worth: float, window: int
) -> Recomputation | None:
    """Return how ``uses`` of ``stash`` are served by computing it again, or None if that costs too much.

    Args:
        stash: The stash.
        uses: The reads that need every value of it.
        chains: What is held anyway.
        step: The step.
        worth: The seconds it may take.
        window: Nodes of the step within which the readers share one repetition.
    """
    restores = plan_restores(uses, step, step.sizes.dtype(stash.value))
    if restores is None or worth <= 0 or math.isnan(worth):
        return None
    runs = _runs([step.position[restore.uses[0].node] for restore in restores], window)
    found = chains.find(stash.value, worth / runs)
    if found is None:
        return None
    nodes, seconds = found
    return Recomputation(stash, restores, nodes, seconds * runs)


def _runs(places: list[int], window: int) -> int:
    """How often a chain runs for readers at ``places``, in order, when those within a window share it."""
    runs, begin = 0, -1
    for place in places:
        if runs == 0 or place - begin > window:
            runs, begin = runs + 1, place
    return runs
