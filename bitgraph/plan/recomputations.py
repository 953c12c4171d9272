"""The first half of a plan: what is computed again, so that the second half need not hold it."""

import dataclasses
from collections.abc import Mapping

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.split import Split
from bitgraph.graph.step import Step
from bitgraph.plan.candidates import RefusalError, by_need, check_stash, moved_through
from bitgraph.plan.needs import Need
from bitgraph.plan.norm_masks import NormMask, norm_gradient_behind, norm_masks_of
from bitgraph.plan.plan import Price
from bitgraph.plan.prices import cheapest, ways_to_hold
from bitgraph.plan.recompute import Chains, Recomputation, recomputation_of
from bitgraph.plan.schedule import Repetition, schedule
from bitgraph.plan.stashes import Stash, Use, find_stashes

_REPORTED = 4.0
"""A recomputation is looked for, and reported as an alternative, up to so many times what it may cost."""


@dataclasses.dataclass(frozen=True)
class Recomputations:
    """What is computed again in the backward pass.

    Attributes:
        halves: Forward and backward nodes.
        stashes: All stashes, in the order of the forward pass, with their dense bytes.
        values: Stashes that some readers get computed again.
        repetitions: The chains that this takes, in the order in which they run.
        masks: Activation gradients that compute their mask again.
        prices: For stashes that a reader needs in full, what each form costs.
    """

    halves: Split
    stashes: dict[Stash, int]
    values: tuple[Recomputation, ...]
    repetitions: tuple[Repetition, ...]
    masks: tuple[NormMask, ...]
    prices: Mapping[ir.Value, tuple[Price, ...]]


def make_recomputations(
    model: ir.Model, config: Config | None = None, step: Step | None = None
) -> Recomputations:
    """Return what is computed again in ``model``, which is not changed.

    Args:
        model: A training graph.
        config: The user's wishes.
        step: What is known of ``model``, if the caller has it.

    Raises:
        BadInputError: When the graph has no loss or no backward pass.
    """
    config = config or Config()
    step = step or Step(model, config)
    planner = _Planner(step, config)
    stashes = {stash: step.sizes.nbytes(stash.value) for stash in find_stashes(model.graph, step.halves)}
    if "recompute" in config.only:
        for number, (stash, dense) in enumerate(stashes.items()):
            planner.config = config.at(number)
            planner.visit(stash, dense)
    values = tuple(planner.values)
    repetitions = schedule(values, step, config.window)
    return Recomputations(step.halves, stashes, values, repetitions, tuple(planner.masks), planner.prices)


class _Planner:
    def __init__(self, step: Step, config: Config) -> None:
        self.values: list[Recomputation] = []
        self.masks: list[NormMask] = []
        self.prices: dict[ir.Value, tuple[Price, ...]] = {}
        self.config = config
        self._step = step
        self._chains = Chains(step)
        self._dense: set[ir.Value] = set()
        self._again: dict[ir.Value, int] = {}

    def visit(self, stash: Stash, dense: int) -> None:
        if self._step.loaded.is_view(stash.value):
            self._hold(stash.value, dense=True)
            return
        try:
            check_stash(stash, dense, self.config)
        except RefusalError:
            if moved_through(stash) is None:
                self._hold(stash.value, dense=True)
            return
        needs = dict(by_need(stash, self._step, self.config))
        if Need.VALUES in needs:
            self._decide_values(stash, needs.pop(Need.VALUES))
        elif Need.TRUTH in needs:
            self._hold(stash.value, dense=False)
        if stash.value not in self._dense:
            self._decide_masks(stash, needs)

    def _decide_values(self, stash: Stash, uses: tuple[Use, ...]) -> None:
        ways = ways_to_hold(stash.value, self._step, self.config)
        held = cheapest(ways, self.config)
        worth = held.total(self.config.second_in_bytes) / self.config.second_in_bytes
        found = recomputation_of(stash, uses, self._chains, self._step, _REPORTED * worth, self.config.window)
        if found is not None:
            ways.append(Price("recompute", 0, found.seconds))
        self.prices[stash.value] = tuple(ways)
        if found is not None and found.seconds <= worth:
            self._again[stash.value] = len(self.values)
            self.values.append(found)
        else:
            self._hold(stash.value, dense=held.encoding == "keep")

    def _decide_masks(self, stash: Stash, needs: dict[Need, tuple[Use, ...]]) -> None:
        if self._step.sizes.dtype(stash.value) != ir.DataType.FLOAT:
            return
        for need in (Need.SIGN, Need.RANGE):
            for mask in norm_masks_of(stash, need, needs.get(need, ())):
                source = mask.norm.inputs[0]
                if source is not None and (source.producer() is None or source in self._dense):
                    self.masks.append(mask)
                elif source in self._again:
                    self._mask_by_repetition(mask, self._again[source])

    def _mask_by_repetition(self, mask: NormMask, place: int) -> None:
        """Let a mask and the gradient behind it share the repetition of the norm's input."""
        gradient = norm_gradient_behind(mask)
        found = self.values[place]
        if gradient is None or mask.incoming is None or gradient not in {use.node for use in found.uses}:
            return
        self.values[place] = found.waiting_for(mask.incoming, instead=mask.nodes[0].outputs[0])
        self.masks.append(dataclasses.replace(mask, gradient=gradient))

    def _hold(self, value: ir.Value, *, dense: bool) -> None:
        self._chains.hold(value)
        if dense:
            self._dense.add(value)
