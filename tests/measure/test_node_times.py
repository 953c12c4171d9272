"""The times of nodes as they are read from a trace of ONNX Runtime."""

import json
import pathlib

import pytest

from bitgraph.measure.node_times import node_times


def event(node: str, op: str, index: int, microseconds: int, kind: str = "kernel_time") -> dict[str, object]:
    details = {"op_name": op, "node_index": str(index)}
    return {"cat": "Node", "name": f"{node}_{kind}", "dur": microseconds, "args": details}


def written(folder: pathlib.Path, events: list[dict[str, object]]) -> pathlib.Path:
    trace = folder / "trace.json"
    trace.write_text("[\n" + ",\n".join(map(json.dumps, events)) + "\n]\n")
    return trace


def test_median_in_order_of_execution(tmp_path: pathlib.Path) -> None:
    taken = [(90, 7), (30, 1), (40, 3)]
    events = [
        event(name, op, index, time)
        for pair in taken
        for name, op, index, time in (("late", "Conv", 9, pair[0]), ("", "Relu", 2, pair[1]))
    ]
    found = node_times(written(tmp_path, events), 3)
    assert found == [("late", "Conv", pytest.approx(40e-6)), ("", "Relu", pytest.approx(3e-6))]


def test_other_events_are_no_nodes(tmp_path: pathlib.Path) -> None:
    others = [
        event("a", "Conv", 1, 5, "fence_before"),
        {"cat": "Session", "name": "model_run", "dur": 900, "args": {}},
    ]
    assert node_times(written(tmp_path, [*others, event("a", "Conv", 1, 6)]), 1) == [
        ("a", "Conv", pytest.approx(6e-6))
    ]


@pytest.mark.parametrize(
    ("times", "expected"),
    [([1, 2, 10, 20], 16.5), ([1, 2, 3], 3.0), ([4], 4.0)],
    ids=["twice in each step", "in some steps more than once", "trace cut off"],
)
def test_other_than_once_a_step(tmp_path: pathlib.Path, times: list[int], expected: float) -> None:
    trace = written(tmp_path, [event("a", "Conv", 1, time) for time in times])
    ((_, _, seconds),) = node_times(trace, 2)
    assert seconds == pytest.approx(expected * 1e-6)


def test_nameless_nodes_are_told_apart(tmp_path: pathlib.Path) -> None:
    events = [event("", "Relu", index, index) for index in (1, 2)]
    assert len(node_times(written(tmp_path, events), 1)) == 2
