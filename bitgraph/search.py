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
from bitgraph.graph.costs import step_seconds
from bitgraph.graph.peak import Timeline, predict
from bitgraph.graph.sizes import Sizes
from bitgraph.pipeline import rewrite
from bitgraph.plan.plan import Plan

EXCHANGES = tuple(DEFAULT_EXCHANGE * 2.0**-step for step in range(-4, 9))
"""Bytes a second, dearest first: from where only what costs nothing is computed again to where all is."""

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
        model: The rewritten graph.
        plan: What was decided.
        timeline: Predicted memory.
        seconds: Predicted seconds on one core.
    """

    exchange: float
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
        self.stock = _point(0.0, model, None, config)
        self._points: dict[float, Point] = {}

    def at(self, exchange: float) -> Point:
        """Return the plan for one exchange of bytes for seconds."""
        if exchange not in self._points:
            config = dataclasses.replace(self._config, exchange=exchange)
            model = self.stock.model.clone()
            plan = rewrite(model, config)
            self._points[exchange] = _point(exchange, model, plan, config)
        return self._points[exchange]

    def time_ratio(self, point: Point) -> float:
        """Return the predicted time of ``point`` over stock's."""
        return point.seconds / self.stock.seconds if self.stock.seconds > 0 else 1.0

    def all(self) -> Iterator[Point]:
        """Return the plans for all exchanges, least time first."""
        return (self.at(exchange) for exchange in EXCHANGES)

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
        """The smallest peak of the plans that compute again what is cheap; a percent more for less time."""
        if len(self.stock.model.graph) > SEARCHED_NODES:
            return self.at(DEFAULT_EXCHANGE)
        points = [self.at(exchange) for exchange in EXCHANGES if exchange >= DEFAULT_EXCHANGE]
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
        for point in self.all():
            if point.peak <= nbytes and (limit is None or self.time_ratio(point) <= limit):
                return self._refined(failed, point, nbytes)
            failed = point
        raise PromiseError(self._unreachable(nbytes, limit))

    def _refined(self, failed: Point | None, fits: Point, nbytes: int) -> Point:
        for _ in range(_REFINEMENTS if failed is not None else 0):
            assert failed is not None
            middle = self.at((failed.exchange * fits.exchange) ** 0.5)
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


def _point(exchange: float, model: ir.Model, plan: Plan | None, config: Config) -> Point:
    timeline = predict(model, config.batch, config.dims)
    sizes = Sizes(model, config.batch, config.dims)
    return Point(exchange, model, plan, timeline, step_seconds(list(model.graph), sizes))
