"""Finds the plan that keeps a budget at the least time, or a time limit at the least peak.

One number steers the planner: how many bytes a second is worth. From dear seconds (nothing is computed
again) to cheap ones (convolutions are) each value gives two plans, one in which repetitions close together
share what they repeat and one in which they do not; the rewritten graph is simulated for the peak, so that
what is compared is what will run. The smallest is tried again with what it keeps dense coded, all of it or
the first half and more.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping

import onnx_ir as ir

from bitgraph.config import DEFAULT_EXCHANGE, Config
from bitgraph.effort import SEARCHED_NODES, WINDOWS, effort_for
from bitgraph.errors import PromiseError
from bitgraph.graph.costs import Costs
from bitgraph.graph.fitted_rates import fit_rates
from bitgraph.graph.peak import Timeline, simulate
from bitgraph.graph.sizes import Sizes
from bitgraph.pipeline import rewrite
from bitgraph.plan.plan import Plan
from bitgraph.report import Tradeoff

SMALLEST_TIME_LIMIT = 1.3
"""How much longer a step may take for the smallest peak, when no limit is given."""

FREE = 1.02
"""A step that is predicted to take so much longer takes no longer: what is predicted are kernels, and pages
that are not touched any more are not counted (seen on the nets of the benchmark)."""

CLOSE = 1.01
"""Peaks that differ by less are as good as each other; the faster plan is taken."""

_REFINEMENTS = 3
_BEYOND = 1.1
"""Cheaper seconds make a step longer, but for small dips: a plan so far above a limit ends a search."""


@dataclasses.dataclass(frozen=True)
class Point:
    """One plan, and what its rewritten graph is predicted to need.

    Attributes:
        config: What it was made for; with an exchange of 0 for the graph as it came.
        model: The rewritten graph.
        plan: What was decided.
        timeline: Predicted memory.
        seconds: Predicted seconds on one core.
    """

    config: Config
    model: ir.Model
    plan: Plan | None
    timeline: Timeline
    seconds: float

    @property
    def peak(self) -> int:
        """Predicted peak in bytes."""
        return self.timeline.peak


class Search:
    """The plans of one graph, made when they are asked for."""

    def __init__(
        self, model: ir.Model, config: Config, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Simulate ``model`` as it came; it is not changed.

        Args:
            model: The graph.
            config: The options.
            progress: Called with the plans that were made and the most there may be.
        """
        sizes = Sizes(model, config.batch, config.dims)
        self._config = dataclasses.replace(config, rates=fit_rates(model, sizes, config))
        self._progress = progress
        self._made = 0
        self._effort = effort_for(len(model.graph))
        self.holds: Mapping[str, bool] = {}
        """What the runtime said of our forms, by probe; empty where it was not asked."""
        self.stock = _point(model, None, dataclasses.replace(self._config, exchange=0.0), sizes)

    def at(self, exchange: float, window: int) -> Point:
        """Return the plan for one exchange of bytes for seconds and one window of sharing."""
        return self._made_for(dataclasses.replace(self._config, exchange=exchange, window=window))

    def _made_for(self, config: Config) -> Point:
        model = self.stock.model.clone()
        sizes = Sizes(model, config.batch, config.dims)
        plan = rewrite(model, config, sizes)
        sizes.follow(model)
        point = _point(model, plan, config, sizes)
        self._made += 1
        if self._progress is not None:
            self._progress(min(self._made, self._effort.most), self._effort.most)
        return point

    def time_ratio(self, point: Point) -> float:
        """Return the predicted time of ``point`` over stock's."""
        return point.seconds / self.stock.seconds if self.stock.seconds > 0 else 1.0

    def within(self, limit: float | None) -> Iterator[Point]:
        """Return the plans for all exchanges that keep a limit on ``time_ratio``, least time first."""
        for exchange in self._effort.exchanges:
            both = [self.at(exchange, window) for window in WINDOWS]
            yield from sorted((p for p in both if limit is None or self.time_ratio(p) <= limit), key=_time)
            if limit is not None and min(map(self.time_ratio, both)) > _BEYOND * max(limit, 1.0):
                return

    def chosen(self) -> Point:
        """Return the plan that the config asks for.

        Raises:
            PromiseError: When the budget cannot be kept.
        """
        budget, limit = self._config.budget, self._config.time_limit
        if budget is not None and not budget.smallest:
            (self.stock,) = self._asked(self.stock)
            return self._under(budget.limit(self.stock.peak), limit)
        if budget is None and limit is None:
            chosen = self._default()
        else:
            chosen = self._smallest_within(limit or SMALLEST_TIME_LIMIT)
        if chosen is not self.stock:
            self.stock, chosen = self._asked(self.stock, chosen)
        return chosen

    def pareto(self) -> list[Tradeoff]:
        """Return the graph as it came and the plans that no other beats in both peak and time."""
        made = [self._tradeoff(self.stock), *map(self._tradeoff, self.within(None))]
        front: list[Tradeoff] = []
        for tradeoff in sorted(made, key=lambda each: (each.time_ratio, each.peak_bytes)):
            if not front or tradeoff.peak_bytes < front[-1].peak_bytes:
                front.append(tradeoff)
        return front

    def _tradeoff(self, point: Point) -> Tradeoff:
        return Tradeoff(point.peak, point.peak / max(self.stock.peak, 1), self.time_ratio(point))

    def _asked(self, *points: Point) -> tuple[Point, ...]:
        """Return ``points`` with the memory of the graphs that ONNX Runtime makes of theirs, if it can."""
        if not self._config.ask_runtime:
            return points
        from bitgraph.measure.as_loaded import ask_runtime

        told = ask_runtime([point.model for point in points])
        if told is None:
            return points
        self.holds = told.holds
        timelines = told.timelines(self._config.batch, self._config.dims)
        pairs = zip(points, timelines, strict=True)
        return tuple(dataclasses.replace(point, timeline=timeline) for point, timeline in pairs)

    def _default(self) -> Point:
        """The smallest peak at no cost in time."""
        if len(self.stock.model.graph) > SEARCHED_NODES:
            return self.at(DEFAULT_EXCHANGE, WINDOWS[0])
        return self._smallest_within(FREE)

    def _smallest_within(self, limit: float) -> Point:
        """The smallest peak within a limit, which is not above that of a lower one."""
        points = list(self.within(limit))
        tried = [self.stock, *points]
        for bound in sorted({min(FREE, limit), limit}):
            plain = (point for point in reversed(points) if point.config.window == WINDOWS[0])
            last = next((point for point in plain if self.time_ratio(point) <= bound), self.stock)
            tried.extend(self._between(last, bound))
        smallest = _smallest(tried)
        return _smallest([smallest, *self._coded(smallest, limit)])

    def _between(self, last: Point, limit: float) -> Iterator[Point]:
        """Return plans between the ``last`` within a limit and the next one.

        Layers alike change their form at one exchange, all of them: here the first of them do.
        """
        if last.plan is None:
            return  # The graph as it came.
        fits, fails = 0, len(last.plan.decisions)
        for _ in range(self._effort.halvings):
            early = (fits + fails) // 2
            middle = self._made_for(dataclasses.replace(last.config, early=early))
            if self.time_ratio(middle) > limit:
                fails = early
            else:
                fits = early
                yield middle

    def _coded(self, point: Point, limit: float) -> Iterator[Point]:
        """Return the plans within a limit that code what ``point`` keeps dense: all of it, or the first.

        The first stashes are held the longest. What the first gradients read is restored where most is held.
        """
        if point.plan is None or "coded" not in self._config.only:
            return
        for eighths in self._effort.coded_eighths:
            code = len(point.plan.decisions) * eighths // 8
            coded = self._made_for(dataclasses.replace(point.config, code=code))
            if self.time_ratio(coded) <= limit:
                yield coded

    def _under(self, nbytes: int, limit: float | None) -> Point:
        """The least time under ``nbytes``: the first that fits, and then closer to what did not."""
        best = self.stock
        if best.peak <= nbytes:
            return best
        for point in self.within(limit):
            if point.peak <= nbytes:
                (asked,) = self._asked(self._refined(point, nbytes))
                if asked.peak <= nbytes:
                    return asked
                point = asked
            best = min(best, point, key=lambda each: each.peak)
        for coded in self._coded(best, math.inf if limit is None else limit):
            if coded.peak <= nbytes:
                (asked,) = self._asked(coded)
                if asked.peak <= nbytes:
                    return asked
        (best,) = self._asked(best)
        if best.peak <= nbytes:
            return best
        raise PromiseError(self._unreachable(nbytes, limit, best))

    def _refined(self, fits: Point, nbytes: int) -> Point:
        failed = min((each for each in self._effort.exchanges if each > fits.config.exchange), default=None)
        if failed is None:
            return fits
        for _ in range(_REFINEMENTS):
            middle = self.at((failed * fits.config.exchange) ** 0.5, fits.config.window)
            if middle.peak > nbytes:
                failed = middle.config.exchange
            elif middle.seconds < fits.seconds:
                fits = middle
            else:
                break
        return fits

    def _unreachable(self, nbytes: int, limit: float | None, best: Point) -> str:
        node = best.timeline.holder
        within = "" if limit is None else f" at {limit:g} times stock's time"
        return (
            f"a peak of {nbytes} bytes cannot be reached{within}: the smallest is {best.peak} bytes"
            f" ({best.peak / self.stock.peak:.0%} of stock), held by {node.op_type} '{node.name}', which"
            f" takes {best.timeline.working_set(node)} bytes by itself; nothing was written"
        )


def _time(point: Point) -> float:
    return point.seconds


def _smallest(points: list[Point]) -> Point:
    smallest = min(point.peak for point in points)
    return min((point for point in points if point.peak <= CLOSE * smallest), key=_time)


def _point(model: ir.Model, plan: Plan | None, config: Config, sizes: Sizes) -> Point:
    timeline = simulate(model, sizes)
    seconds = Costs(sizes, config).step_seconds(list(model.graph))
    return Point(config, model, plan, timeline, seconds)
