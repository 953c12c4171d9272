"""Finds the plan that keeps a budget at the least time, or a time limit at the least peak.

One number steers the planner: how many bytes a second is worth. From dear seconds (nothing is computed
again) to cheap ones (convolutions are) each value gives one plan; its rewritten graph is simulated for the
peak, so that what is compared is what will run.
"""

import dataclasses
from collections.abc import Iterator

import onnx_ir as ir

from bitgraph.config import DEFAULT_EXCHANGE, Config
from bitgraph.errors import PromiseError
from bitgraph.graph.costs import Costs
from bitgraph.graph.peak import Timeline, predict
from bitgraph.graph.sizes import Sizes
from bitgraph.pipeline import rewrite
from bitgraph.plan.plan import Plan

EXCHANGES = tuple(DEFAULT_EXCHANGE * 2.0 ** (-step / 2) for step in range(-6, 13))
"""Bytes a second, dearest first: from where only what costs nothing is computed again to where all is."""

WINDOWS = (0, 16)
"""Nodes of the step within which repetitions share: none, or about those of one layer's gradient."""

SEARCHED_NODES = 3000
"""Larger graphs get one plan unless a budget is asked for: each takes seconds to make and simulate."""

SMALLEST_TIME_LIMIT = 1.35
"""How much longer a step may take for the smallest peak, when no limit is given."""

_REFINEMENTS = 3


@dataclasses.dataclass(frozen=True)
class Point:
    """One plan, and what its rewritten graph is predicted to need.

    Attributes:
        exchange: The bytes a second that it was made for; 0 for the graph as it came.
        window: The nodes within which repetitions shared.
        model: The rewritten graph.
        plan: What was decided.
        timeline: Predicted memory.
        seconds: Predicted seconds on one core.
    """

    exchange: float
    window: int
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

    def __init__(self, model: ir.Model, config: Config) -> None:
        """Simulate ``model`` as it came; it is not changed."""
        self._config = config
        self.stock = _point(0.0, 0, model, None, config)
        self._points: dict[tuple[float, int], Point] = {}

    def at(self, exchange: float, window: int) -> Point:
        """Return the plan for one exchange of bytes for seconds and one window of sharing."""
        if (exchange, window) not in self._points:
            config = dataclasses.replace(self._config, exchange=exchange, window=window)
            model = self.stock.model.clone()
            plan = rewrite(model, config)
            self._points[exchange, window] = _point(exchange, window, model, plan, config)
        return self._points[exchange, window]

    def time_ratio(self, point: Point) -> float:
        """Return the predicted time of ``point`` over stock's."""
        return point.seconds / self.stock.seconds if self.stock.seconds > 0 else 1.0

    def all(self) -> Iterator[Point]:
        """Return the plans for all exchanges, least time first."""
        return (self.at(exchange, window) for exchange in EXCHANGES for window in WINDOWS)

    def chosen(self) -> Point:
        """Return the plan that the config asks for.

        Raises:
            PromiseError: When the budget cannot be kept.
        """
        budget, limit = self._config.budget, self._config.time_limit
        if budget is None and limit is None:
            return self._default()
        if budget is None or budget.smallest:
            return self._smallest(limit or SMALLEST_TIME_LIMIT)
        return self._within(budget.limit(self.stock.peak), limit)

    def pareto(self) -> list[Point]:
        """Return the graph as it came and the plans that no other beats in both peak and time."""
        points = sorted([self.stock, *self.all()], key=lambda point: (point.seconds, point.peak))
        front: list[Point] = []
        for point in points:
            if not front or point.peak < front[-1].peak:
                front.append(point)
        return front

    def _default(self) -> Point:
        """The smallest peak at no cost in time; a percent more for less time.

        Plans that compute again only what is cheap are taken as such: what they cost is less than the
        time that their better kernels and fewer pages win.
        """
        if len(self.stock.model.graph) > SEARCHED_NODES:
            return self.at(DEFAULT_EXCHANGE, WINDOWS[0])
        points: list[Point] = []
        for exchange in EXCHANGES:
            both = [self.at(exchange, window) for window in WINDOWS]
            free = [p for p in both if exchange >= DEFAULT_EXCHANGE or self.time_ratio(p) <= 1.0]
            if not free:
                break
            points += free
        smallest = min(point.peak for point in points)
        return min((p for p in points if p.peak <= 1.01 * smallest), key=lambda point: point.seconds)

    def _smallest(self, limit: float) -> Point:
        good = [point for point in self.all() if self.time_ratio(point) <= limit]
        return min(good or [self.stock], key=lambda point: (point.peak, point.seconds))

    def _within(self, nbytes: int, limit: float | None) -> Point:
        """The least time under ``nbytes``: the first that fits, and then closer to what did not."""
        if self.stock.peak <= nbytes:
            return self.stock
        failed = None
        for exchange in EXCHANGES:
            both = [self.at(exchange, window) for window in WINDOWS]
            fits = [p for p in both if p.peak <= nbytes and (limit is None or self.time_ratio(p) <= limit)]
            if fits:
                return self._refined(failed, min(fits, key=lambda point: point.seconds), nbytes)
            failed = both[0]
        raise PromiseError(self._unreachable(nbytes, limit))

    def _refined(self, failed: Point | None, fits: Point, nbytes: int) -> Point:
        for _ in range(_REFINEMENTS if failed is not None else 0):
            assert failed is not None
            middle = self.at((failed.exchange * fits.exchange) ** 0.5, fits.window)
            if middle.peak <= nbytes:
                fits = min(fits, middle, key=lambda point: point.seconds)
            else:
                failed = middle
        return fits

    def _unreachable(self, nbytes: int, limit: float | None) -> str:
        reached = [point for point in self.all() if limit is None or self.time_ratio(point) <= limit]
        best = min([*reached, self.stock], key=lambda point: point.peak)
        node = best.timeline.holder
        within = "" if limit is None else f" at {limit:g} times stock's time"
        return (
            f"a peak of {nbytes} bytes cannot be reached{within}: the smallest is {best.peak} bytes"
            f" ({best.peak / self.stock.peak:.0%} of stock), held by {node.op_type} '{node.name}', which"
            f" takes {best.timeline.working_set(node)} bytes by itself; nothing was written"
        )


def _point(exchange: float, window: int, model: ir.Model, plan: Plan | None, config: Config) -> Point:
    timeline = predict(model, config.batch, config.dims)
    costs = Costs(Sizes(model, config.batch, config.dims), config)
    return Point(exchange, window, model, plan, timeline, costs.step_seconds(timeline.order))
