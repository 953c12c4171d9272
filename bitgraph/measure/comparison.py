"""What a comparison found."""

import dataclasses
from typing import Any

import onnx_ir as ir

from bitgraph.graph.peak import Timeline


@dataclasses.dataclass(frozen=True)
class Measured:
    """One model's numbers.

    Attributes:
        peak_bytes: Highest number of live bytes within a step; None where memray does not run.
        predicted_bytes: What the model of a step says the peak is for these batches.
        rss_bytes: Growth of the process over the steps; None where the system does not tell.
        step_seconds: Median time of a step with ONNX Runtime's own number of threads.
        step_seconds_1_thread: Median time of a step with one thread.
        cpu_seconds_1_thread: Median processor time of a step with one thread, which tells more
            than the clock where other programs run.
    """

    peak_bytes: int | None
    predicted_bytes: int
    rss_bytes: int | None
    step_seconds: float
    step_seconds_1_thread: float
    cpu_seconds_1_thread: float

    @property
    def prediction_error(self) -> float | None:
        """How far the predicted peak lies above the measured one, as a fraction of it."""
        found = _ratio(self.predicted_bytes, self.peak_bytes)
        return None if found is None else found - 1.0

    def to_json(self) -> dict[str, Any]:
        """Give everything under the names of the command line's JSON."""
        return {**dataclasses.asdict(self), "prediction_error": self.prediction_error}


@dataclasses.dataclass(frozen=True)
class Trace:
    """One model's steps node by node, with one thread.

    Attributes:
        times: Name, operator and median seconds of each node, in order of execution.
        live: Names of nodes and the most live bytes that were sampled while they ran.
    """

    times: list[tuple[str, str, float]]
    live: list[tuple[str, int]]


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Two models on the same data.

    Attributes:
        identical: Whether all bits of all steps are the same.
        first_difference: Where they part, in one line.
        steps: Steps whose bits were compared.
        batch: Samples in a step.
        stock: Numbers of the stock model.
        optimized: Numbers of the optimized model.
        models: Stock and optimized graph.
        timelines: Predicted memory of stock and optimized step for these batches.
        dims: What the symbolic dims of the data inputs are.
        traces: Stock and optimized steps node by node, if that was asked for.
    """

    identical: bool
    first_difference: str | None
    steps: int
    batch: int
    stock: Measured
    optimized: Measured
    models: tuple[ir.Model, ir.Model]
    timelines: tuple[Timeline, Timeline]
    dims: dict[str, int]
    traces: tuple[Trace, Trace] | None = None

    @property
    def peak_ratio(self) -> float | None:
        """Peak bytes, optimized over stock."""
        return _ratio(self.optimized.peak_bytes, self.stock.peak_bytes)

    @property
    def rss_ratio(self) -> float | None:
        """Growth of the process, optimized over stock."""
        return _ratio(self.optimized.rss_bytes, self.stock.rss_bytes)

    @property
    def time_ratio(self) -> float | None:
        """Time of a step, optimized over stock, with ONNX Runtime's own number of threads."""
        return _ratio(self.optimized.step_seconds, self.stock.step_seconds)

    @property
    def time_ratio_1_thread(self) -> float | None:
        """Time of a step, optimized over stock, with one thread."""
        return _ratio(self.optimized.step_seconds_1_thread, self.stock.step_seconds_1_thread)

    @property
    def cpu_ratio_1_thread(self) -> float | None:
        """Processor time of a step, optimized over stock, with one thread."""
        return _ratio(self.optimized.cpu_seconds_1_thread, self.stock.cpu_seconds_1_thread)

    def to_json(self) -> dict[str, Any]:
        """Give everything under the names of the command line's JSON."""
        return {
            "identical": self.identical,
            "first_difference": self.first_difference,
            "steps": self.steps,
            "batch": self.batch,
            "stock": self.stock.to_json(),
            "optimized": self.optimized.to_json(),
            "peak_ratio": self.peak_ratio,
            "rss_ratio": self.rss_ratio,
            "time_ratio": self.time_ratio,
            "time_ratio_1_thread": self.time_ratio_1_thread,
            "cpu_ratio_1_thread": self.cpu_ratio_1_thread,
        }


def _ratio(optimized: float | None, stock: float | None) -> float | None:
    if optimized is None or not stock:
        return None
    return optimized / stock
