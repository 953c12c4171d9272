"""A step as a trace: what the trace-event format asks for, and that it says what the report says."""

import collections
import itertools
import json

import jsonschema
import pytest
from browser import needs_browser
from trace_processor import TraceProcessor

from bitgraph import BadInputError
from bitgraph.graph.peak import predict
from bitgraph.pictures.tracing import held_forms, trace, write_trace

# What the format's description asks of each kind of event that is written.
PHASES = {
    "M": ({"name", "args"}, {"name": {"const": "process_name"}}),
    "X": ({"name", "ts", "dur"}, {"dur": {"type": "number", "minimum": 0}}),
    "C": (
        {"name", "ts", "args"},
        {"args": {"additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1}},
    ),
    "s": ({"name", "ts", "id", "cat"}, {}),
    "f": ({"name", "ts", "id", "cat", "bp"}, {"bp": {"const": "e"}}),
}
COMMON = {
    "ph": {"enum": list(PHASES)},
    "pid": {"type": "integer"},
    "tid": {"type": "integer"},
    "ts": {"type": "number", "minimum": 0},
    "name": {"type": "string", "minLength": 1},
    "cat": {"type": "string", "minLength": 1},
    "id": {"type": "integer", "minimum": 1},
    "args": {"type": "object"},
}
EVENT = {
    "type": "object",
    "required": ["ph", "pid", "tid"],
    "properties": COMMON,
    "allOf": [
        {
            "if": {"properties": {"ph": {"const": phase}}},
            "then": {"required": sorted(required), "properties": properties},
        }
        for phase, (required, properties) in PHASES.items()
    ],
}
SCHEMA = {
    "type": "object",
    "required": ["traceEvents"],
    "properties": {
        "traceEvents": {"type": "array", "items": EVENT},
        "displayTimeUnit": {"enum": ["ms", "ns"]},
        "otherData": {"type": "object"},
    },
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def events(model, optimized, config):
    return trace([("stock", model), ("optimized", optimized.model)], config)


def of(events, phase, process=2):
    return [event for event in events if (event["ph"], event["pid"]) == (phase, process)]


def test_the_file_is_in_the_format(model, optimized, config, events, tmp_path):
    write_trace([("stock", model), ("optimized", optimized.model)], config, tmp_path / "trace.json")
    written = json.loads((tmp_path / "trace.json").read_text())
    jsonschema.validate(written, SCHEMA)
    assert written["traceEvents"] == events


def test_the_counter_reaches_the_predicted_peak_and_ends_at_nothing(events, optimized):
    for process, peak in ((1, optimized.report.peak_before), (2, optimized.report.peak_after)):
        live = [event["args"]["bytes"] for event in of(events, "C", process)]
        assert max(live) == peak
        assert live[-1] == 0


def test_nodes_follow_each_other_in_the_order_of_the_step(events, optimized, config):
    slices = of(events, "X")
    order = predict(optimized.model, config.batch).order
    assert [each["args"]["node"] for each in slices] == [node.name for node in order]
    for before, after in itertools.pairwise(slices):
        assert before["ts"] + before["dur"] == after["ts"]
        assert before["dur"] * 1000 == int(before["dur"] * 1000)
    kinds = [each["cat"] for each in slices]
    assert kinds == sorted(kinds, reverse=True)
    assert set(kinds) == {"forward", "backward"}


def test_an_arrow_leads_from_each_held_form_to_each_reader(events, optimized):
    starts, ends = of(events, "s"), of(events, "f")
    assert [each["id"] for each in starts] == [each["id"] for each in ends]
    assert len({each["id"] for each in starts}) == len(starts)
    held = [value for node in optimized.model.graph for value in held_forms(node)]
    expected = {value.name: len({use.node for use in value.uses()}) for value in held}
    assert collections.Counter(each["name"] for each in starts) == expected
    assert expected
    makers = {value.name: value.producer().name for value in held}
    readers = {value.name: {use.node.name for use in value.uses()} for value in held}
    for start, end in zip(starts, ends, strict=True):
        assert around(events, start) == makers[start["name"]]
        assert around(events, end) in readers[end["name"]]


def around(events, arrow):
    """The node in whose slice the end of an arrow lies."""
    return next(
        each["args"]["node"]
        for each in of(events, "X", arrow["pid"])
        if each["ts"] <= arrow["ts"] < each["ts"] + each["dur"]
    )


@needs_browser
def test_perfetto_loads_all_of_it(events, shared_browser):
    trace = TraceProcessor(shared_browser, json.dumps({"traceEvents": events}).encode())
    try:
        assert trace.query("SELECT name, value FROM stats WHERE severity != 'info' AND value > 0") == []
        for process, title in enumerate(("stock", "optimized"), 1):
            assert [(title,)] == trace.query(f"SELECT name FROM process WHERE pid = {process}")
        assert trace.query("SELECT COUNT(*), MAX(depth) FROM slice") == [(count(events, "X"), 0)]
        live = [event["args"]["bytes"] for event in events if event["ph"] == "C"]
        assert trace.query("SELECT COUNT(*), MAX(value) FROM counter") == [(len(live), max(live))]
        arrows = trace.query(
            "SELECT EXTRACT_ARG(o.arg_set_id, 'args.node'), EXTRACT_ARG(i.arg_set_id, 'args.node')"
            " FROM flow JOIN slice o ON o.id = slice_out JOIN slice i ON i.id = slice_in"
        )
        ends = [[around(events, end) for end in of(events, phase)] for phase in ("s", "f")]
        assert sorted(arrows) == sorted(zip(*ends, strict=True))
    finally:
        trace.close()


def count(events, phase):
    return sum(event["ph"] == phase for event in events)


def test_nothing_else_is_overwritten(model, config, tmp_path):
    (tmp_path / "trace.json").write_text('{"traceEvents": []}')
    with pytest.raises(BadInputError, match="exists and is no trace of bitgraph"):
        write_trace([("stock", model)], config, tmp_path / "trace.json")
