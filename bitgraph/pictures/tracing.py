"""A step as a trace for Perfetto or Chrome: when nodes run, live bytes, what is held and who reads it.

Written are JSON events of the Trace Event Format: a process a graph, ``X`` for nodes, ``C`` for bytes,
``s`` and ``f`` for the arrows. Times are predicted for one core, one node after the other.

https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

import itertools
import json
import math
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.files.file_out import begins_with, check_file_out
from bitgraph.files.staging import staged
from bitgraph.graph.costs import Costs
from bitgraph.graph.peak import Timeline, predict
from bitgraph.graph.sizes import Sizes
from bitgraph.pictures.planned import forward_nodes

_MARK = '"producer": "bitgraph"'
_TICKS = 8e6
"""A second in eighths of a microsecond, the unit of the format: exact in binary, so that readers, which count
whole nanoseconds, see each node end where the next begins."""

Event = dict[str, Any]


def check_trace_out(path: pathlib.Path) -> None:
    """Say before any work is done whether a trace may be written at ``path``.

    Raises:
        BadInputError: Something else is there, or there is no such folder.
    """
    check_file_out(path, "trace of bitgraph", lambda there: begins_with(there, _MARK))


def write_trace(models: Sequence[tuple[str, ir.Model]], config: Config, path: pathlib.Path) -> None:
    """Write the steps of ``models``, each with its title, to ``path``.

    Raises:
        BadInputError: The place cannot be written, or something would be lost.
    """
    check_trace_out(path)
    whole = {
        "otherData": {"producer": "bitgraph"},
        "displayTimeUnit": "ms",
        "traceEvents": trace(models, config),
    }
    with staged(path) as stage:
        stage.write_text(json.dumps(whole) + "\n", encoding="utf-8")


def trace(models: Sequence[tuple[str, ir.Model]], config: Config) -> list[Event]:
    """Return the events of ``models``: the n-th is process n, from 1 on."""
    events: list[Event] = []
    numbers = itertools.count(1)
    for process, (title, model) in enumerate(models, 1):
        timeline = predict(model, config.batch, config.dims)
        costs = Costs(Sizes(model, config.batch, config.dims), config)
        ticks = itertools.accumulate((_ticks(costs.seconds(node)) for node in timeline.order), initial=0)
        starts = [tick / 8 for tick in ticks]
        events.append(_event("M", process, name="process_name", args={"name": title}))
        events += _nodes(timeline, starts, process, forward_nodes(model, timeline, config.loss_output))
        events += _counters(timeline, starts, process)
        events += _arrows(timeline, starts, process, numbers)
    return events


def _nodes(timeline: Timeline, starts: list[float], process: int, forward: int) -> Iterator[Event]:
    for place, node in enumerate(timeline.order):
        yield _event(
            "X",
            process,
            ts=starts[place],
            dur=starts[place + 1] - starts[place],
            name=node.op_type,
            cat="forward" if place < forward else "backward",
            args={"node": str(node.name or ""), "live bytes": timeline.live[place]},
        )


def _counters(timeline: Timeline, starts: list[float], process: int) -> Iterator[Event]:
    for start, live in zip(starts, [*timeline.live, 0], strict=True):
        yield _event("C", process, ts=start, name="live bytes", args={"bytes": live})


def _arrows(timeline: Timeline, starts: list[float], process: int, numbers: Iterator[int]) -> Iterator[Event]:
    """From where a held form is made to each node that takes it, each with the next of ``numbers``."""
    places = {node: place for place, node in enumerate(timeline.order)}
    for node, place in places.items():
        for value in held_forms(node):
            for reader in sorted({places[use.node] for use in value.uses() if use.node in places}):
                shared = {"name": str(value.name), "cat": "held", "id": next(numbers)}
                # An arrow belongs to the slice around its time: that of the middle is this node's for sure.
                yield _event("s", process, ts=_middle(starts, place), **shared)
                yield _event("f", process, ts=_middle(starts, reader), bp="e", **shared)


def held_forms(node: ir.Node) -> Sequence[ir.Value]:
    """Return what ``node`` makes in a held form."""
    if node.domain != domain.DOMAIN:
        return []
    return [value for value in node.outputs if value.dtype == ir.DataType.UINT8]


def _middle(starts: list[float], place: int) -> float:
    return (starts[place] + starts[place + 1]) / 2


def _ticks(seconds: float) -> int:
    return max(1, round(seconds * _TICKS)) if math.isfinite(seconds) else 1


def _event(phase: str, process: int, **more: Any) -> Event:
    return {"ph": phase, "pid": process, "tid": 1, **more}
