"""Reads the trace that ONNX Runtime's profiler writes."""

import json
import pathlib
import statistics
from collections.abc import Iterator
from typing import Any

_KERNEL = "_kernel_time"
_RUN = "model_run"
_MICROSECOND = 1e-6


def node_times(trace: pathlib.Path, steps: int) -> list[tuple[str, str, float]]:
    """Give name, operator and median seconds within a step of each node, in order of execution.

    Nodes without a name are told apart by their place; what a node within a loop takes in one step
    is added up.

    Args:
        trace: The file, of ``steps`` runs of one session.
        steps: How many times the graph was run.
    """
    taken: dict[tuple[str, str, str], list[float]] = {}
    for event in _events(trace):
        if event["cat"] != "Node" or not event["name"].endswith(_KERNEL):
            continue
        details = event["args"]
        node = (event["name"].removesuffix(_KERNEL), details["op_name"], details["node_index"])
        taken.setdefault(node, []).append(event["dur"] * _MICROSECOND)
    return [(name, op_type, _within_a_step(times, steps)) for (name, op_type, _), times in taken.items()]


def kernel_events(trace: pathlib.Path) -> tuple[float, list[tuple[str, float, float]]]:
    """Give when the last run of the session began, and name, begin and duration of the nodes in it.

    Times are in microseconds since the session was made.
    """
    begin = 0.0
    found: list[tuple[str, float, float]] = []
    for event in _events(trace):
        if event["cat"] == "Session" and event["name"] == _RUN:
            begin = max(begin, event["ts"])
        elif event["cat"] == "Node" and event["name"].endswith(_KERNEL):
            found.append((event["name"].removesuffix(_KERNEL), event["ts"], event["dur"]))
    return begin, [event for event in found if event[1] >= begin]


def _events(trace: pathlib.Path) -> Iterator[dict[str, Any]]:
    """The events one by one: each has a line of its own, and a long run has a million."""
    with trace.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("{"):
                yield json.loads(line.rstrip().rstrip(","))


def _within_a_step(times: list[float], steps: int) -> float:
    if len(times) <= steps:  # fewer than steps: the profiler stops after a million events
        return statistics.median(times)
    runs, rest = divmod(len(times), steps)
    if rest:  # as often as the data said
        return sum(times) / steps
    return statistics.median(sum(times[step * runs : (step + 1) * runs]) for step in range(steps))
