"""The first half of a plan: what is computed again, so that the second half need not hold it."""

import dataclasses

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.costs import DEFAULT_RATES, Rates
from bitgraph.graph.split import Split
from bitgraph.graph.step import Step
from bitgraph.plan.candidates import RefusalError, by_need, check_stash
from bitgraph.plan.needs import Need
from bitgraph.plan.norm_masks import NormMask, norm_masks_of
from bitgraph.plan.prices import Price, cheapest_held
from bitgraph.plan.recompute import Chains, Recomputation, recomputation_of
from bitgraph.plan.stashes import Stash, Use, find_stashes


@dataclasses.dataclass(frozen=True)
class Recomputations:
    """What is computed again in the backward pass.

    Attributes:
        halves: Forward and backward nodes.
        stashes: All stashes, in the order of the forward pass, with their dense bytes.
        values: Stashes that some readers get computed again.
        masks: Activation gradients that compute their mask again.
    """

    halves: Split
    stashes: dict[Stash, int]
    values: tuple[Recomputation, ...]
    masks: tuple[NormMask, ...]

    @property
    def seconds(self) -> float:
        """What all of it is expected to cost."""
        return sum(each.seconds for each in self.values)


def make_recomputations(
    model: ir.Model, config: Config | None = None, rates: Rates = DEFAULT_RATES
) -> Recomputations:
    """Return what is computed again in ``model``, which is not changed.

    Raises:
        BadInputError: When the graph has no loss or no backward pass.
    """
    config = config or Config()
    step = Step(model, config)
    planner = _Planner(step, config, rates)
    stashes = {stash: step.sizes.nbytes(stash.value) for stash in find_stashes(model.graph, step.halves)}
    if "recompute" in config.only:
        for stash, dense in stashes.items():
            planner.visit(stash, dense)
    return Recomputations(step.halves, stashes, tuple(planner.values), tuple(planner.masks))


class _Planner:
    def __init__(self, step: Step, config: Config, rates: Rates) -> None:
        self.values: list[Recomputation] = []
        self.masks: list[NormMask] = []
        self._step, self._config, self._rates = step, config, rates
        self._chains = Chains(step, rates)
        self._dense: set[ir.Value] = set()

    def visit(self, stash: Stash, dense: int) -> None:
        if self._step.loaded.is_view(stash.value):
            self._hold(stash.value, dense=True)
            return
        try:
            check_stash(stash, dense, self._config)
        except RefusalError:
            self._hold(stash.value, dense=True)
            return
        needs = dict(by_need(stash, self._step))
        if Need.VALUES in needs:
            price = cheapest_held(stash.value, self._step, self._config, self._rates)
            self._decide_values(stash, needs.pop(Need.VALUES), price)
        elif Need.TRUTH in needs:
            self._hold(stash.value, dense=False)
        if stash.value not in self._dense:
            self._decide_masks(stash, needs)

    def _decide_values(self, stash: Stash, uses: tuple[Use, ...], price: Price) -> None:
        worth = price.total(self._config.exchange) / self._config.exchange
        found = recomputation_of(stash, uses, self._chains, self._step, worth)
        if found is None:
            self._hold(stash.value, dense=price.encoding == "keep")
        else:
            self.values.append(found)

    def _decide_masks(self, stash: Stash, needs: dict[Need, tuple[Use, ...]]) -> None:
        if self._step.sizes.dtype(stash.value) != ir.DataType.FLOAT:
            return
        for need in (Need.SIGN, Need.RANGE):
            for mask in norm_masks_of(stash, need, needs.get(need, ())):
                source = mask.norm.inputs[0]
                if source is not None and (source.producer() is None or source in self._dense):
                    self.masks.append(mask)

    def _hold(self, value: ir.Value, *, dense: bool) -> None:
        self._chains.hold(value)
        if dense:
            self._dense.add(value)
