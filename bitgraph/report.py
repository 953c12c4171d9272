"""What was decided and what it is expected to bring, as data."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import onnx_ir as ir

from bitgraph.graph.buffer_dims import dim_of
from bitgraph.graph.peak import Timeline
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.plan import Decision, Plan
from bitgraph.plan.prunings import Pruning

_NAMED = 3
"""Tensors that are named beside what holds the peak, and nodes of a fallback in its line."""

_WORTH_NAMING = 0.01
"""Smaller shares of the peak are not worth a name."""


@dataclasses.dataclass(frozen=True)
class StashReport:
    """One stash.

    Attributes:
        name: The tensor.
        op_type: The operator that makes it.
        dtype: Its element type, as in ``float32``.
        shape: Its dims, symbolic names kept; None when unknown.
        dense_bytes: Bytes as it is, at the batch of the report.
        encoding: What it is held as: keep, bitmap, mask, bits, index or recompute.
        reader: How the backward pass takes it: ``dense`` (restored, or kept), ``in-place``, ``streamed``.
        expected_bytes: Bytes held between the passes.
        reason: Why, with the value that decided.
        readers: The backward nodes that read it.
        alternatives: The forms that lost, with the bytes and seconds that they would have cost.
    """

    name: str
    op_type: str
    dtype: str
    shape: list[int | str] | None
    dense_bytes: int
    encoding: str
    reader: str
    expected_bytes: int
    reason: str
    readers: list[str]
    alternatives: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Tradeoff:
    """A plan as a point between memory and time.

    Attributes:
        peak_bytes: Predicted peak of a step, which is the budget that asks for it.
        peak_ratio: The same over stock's.
        holder: What holds the peak of the optimized graph.
        time_ratio: Predicted time over stock's.
    """

    peak_bytes: int
    peak_ratio: float
    time_ratio: float


@dataclasses.dataclass(frozen=True)
class Holder:
    """What holds the predicted peak of the graph that is written.

    Attributes:
        node: The node that runs then.
        op_type: Its operator.
        bytes: The peak.
        own_bytes: What the node itself reads, writes and takes for scratch: no plan goes below that.
        others: The largest tensors besides, which a deeper plan would hold in less, with their bytes.
    """

    node: str
    op_type: str
    bytes: int
    own_bytes: int
    others: list[dict[str, Any]]


def holder_of(timeline: Timeline) -> Holder:
    """Return what holds the peak of ``timeline``."""
    node = timeline.holder
    largest = sorted(timeline.beside(node), key=lambda buffer: -buffer.nbytes)[:_NAMED]
    return Holder(
        node=str(node.name),
        op_type=node.op_type,
        bytes=timeline.peak,
        own_bytes=timeline.working_set(node),
        others=[
            {"name": str(each.values[0].name), "bytes": each.nbytes}
            for each in largest
            if each.nbytes >= _WORTH_NAMING * timeline.peak
        ],
    )


@dataclasses.dataclass(frozen=True)
class Fallback:
    """A form that does not give the bits of the runtime that was asked, so that nodes run otherwise.

    Attributes:
        form: Its probe, as ``bitgraph doctor`` lists it.
        planned: What the plan counts on.
        instead: What is done, with the same bits.
        nodes: The nodes of the optimized graph that do it.
    """

    form: str
    planned: str
    instead: str
    nodes: list[str]

    def __str__(self) -> str:
        """Say it in a line."""
        named = ", ".join(self.nodes[:_NAMED]) + (", ..." if len(self.nodes) > _NAMED else "")
        return (
            f"{self.form} does not hold on this runtime: {self.instead}, not: {self.planned}, which the"
            f" predicted peak counts on; nodes: {len(self.nodes)} ({named})"
        )


@dataclasses.dataclass(frozen=True)
class Report:
    """The stashes of a graph and the predicted peak of a step.

    Attributes:
        stashes: One entry a stash, in the order of the forward pass.
        peak_before: Predicted peak in bytes of the graph as it came.
        peak_after: Predicted peak in bytes of the optimized graph.
        already_optimized: Whether the graph had been optimized before; nothing was done then.
        holder: What holds the peak of the optimized graph.
        time_ratio: Predicted time of the optimized step over stock's.
        fallbacks: What runs otherwise than planned on the runtime that was asked.
        notes: Further remarks, a line each.
        pruned: The activations that were pruned, which changes the result; none unless it was asked for.
        input: Where the graph came from.
        output: Where it was written.
    """

    stashes: list[StashReport]
    peak_before: int
    peak_after: int
    holder: Holder
    already_optimized: bool = False
    time_ratio: float = 1.0
    fallbacks: Sequence[Fallback] = ()
    notes: list[str] = dataclasses.field(default_factory=list)
    pruned: Sequence[Pruning] = ()
    input: str | None = None
    output: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data; the keys are stable."""
        return {
            "input": self.input,
            "output": self.output,
            "already_optimized": self.already_optimized,
            "stashes": [dataclasses.asdict(stash) for stash in self.stashes],
            "peak": {"before": self.peak_before, "after": self.peak_after},
            "time_ratio": self.time_ratio,
            "peak_holder": dataclasses.asdict(self.holder),
            "pruned": [dataclasses.asdict(pruning) for pruning in self.pruned],
            "fallbacks": [dataclasses.asdict(fallback) for fallback in self.fallbacks],
            "notes": list(self.notes),
        }


def stash_reports(plan: Plan) -> list[StashReport]:
    """Return the entries of ``plan``."""
    return [_entry(decision, plan) for decision in plan.decisions]


def _entry(decision: Decision, plan: Plan) -> StashReport:
    value, sizes = decision.stash.value, plan.sizes
    producer = value.producer()
    dtype = sizes.dtype(value)
    readers = {str(use.node.name or use.node.op_type) for use in decision.stash.uses}
    return StashReport(
        name=str(value.name),
        op_type=producer.op_type if producer is not None else "",
        dtype=dtype.numpy().name if dtype is not None else "unknown",
        shape=_dims(value, sizes),
        dense_bytes=decision.dense_bytes,
        encoding=decision.encoding,
        reader=_reader(decision, readers & plan.streamed),
        expected_bytes=decision.expected_bytes,
        reason=decision.reason,
        readers=sorted(readers),
        alternatives=[
            {"encoding": price.encoding, "bytes": price.nbytes, "seconds": price.seconds}
            for price in decision.alternatives
        ],
    )


def _reader(decision: Decision, streamed: set[str]) -> str:
    if streamed:
        return "streamed"
    in_place = decision.forms and all(form.encoding == "mask" for form in decision.forms)
    return "in-place" if in_place else "dense"


def _dims(value: ir.Value, sizes: Sizes) -> list[int | str] | None:
    if value.shape is None:
        known = sizes.shape(value)
        return None if known is None else list(known)
    return [dim if isinstance(dim, int) else dim_of(str(dim.value or "?")) for dim in value.shape]
