"""What ONNX Runtime makes of a graph is asked of it, and predictions and budgets follow what it says."""

import dataclasses

from graphs import graph

import bitgraph
from bitgraph import files
from bitgraph.doctor import FORMS
from bitgraph.graph.peak import predict
from bitgraph.measure import as_loaded
from bitgraph.measure.as_loaded import Told, ask_runtime

INPUTS = "float[N, 64] a, float[32, 64] b"


def test_the_graph_is_fused_and_its_notes_are_kept():
    model = graph(
        "s = Softmax(a)\nt = Transpose <perm = [1, 0]> (b)\ny = MatMul(s, t)",
        inputs=INPUTS,
        outputs="float[N, 32] y",
    )
    model.graph[0].name = "kept"
    model.graph[0].metadata_props["note"] = "here"
    told = ask_runtime([model])
    assert told is not None
    assert told.holds == {}
    (loaded,) = told.models
    assert [node.op_type for node in loaded.graph] == ["Softmax", "FusedMatMul"]
    assert loaded.graph[0].metadata_props["note"] == "here"
    assert [node.op_type for node in model.graph] == ["Softmax", "Transpose", "MatMul"]


def test_nothing_is_said_of_a_graph_that_is_refused():
    assert ask_runtime([graph("y = NoSuchThing(a)", inputs=INPUTS, outputs="float[N, 64] y")]) is None


def test_the_report_has_what_the_runtime_says(artifacts):
    model = files.load(artifacts).model
    outcome = bitgraph.optimize(model, bitgraph.Config(batch=32, ask_runtime=True))
    told = ask_runtime([model, outcome.model])
    assert told is not None
    assert told.holds.keys() <= FORMS.keys()
    assert any(told.holds.values())
    peaks = [outcome.report.peak_before, outcome.report.peak_after]
    assert [each.peak for each in told.timelines(32)] == peaks
    assert peaks[1] < peaks[0]


def test_a_plan_that_the_runtime_gives_more_memory_is_passed_over(artifacts, monkeypatch):
    model = files.load(artifacts).model
    free = bitgraph.inspect(model, bitgraph.Config(batch=32))
    budget = bitgraph.Budget((free.peak_before + free.peak_after) // 2)
    asked = []

    class Answer(Told):
        def timelines(self, batch=None, dims=None):
            timelines = [predict(each, batch, dims) for each in self.models]
            asked.extend(each.peak for each in timelines)
            if len(asked) == 2:  # the first plan, after the graph as it came
                return [dataclasses.replace(each, live=[budget.nbytes + 1]) for each in timelines]
            return timelines

    monkeypatch.setattr(as_loaded, "ask_runtime", lambda models: Answer(models, {}))
    report = bitgraph.inspect(model, bitgraph.Config(batch=32, budget=budget, ask_runtime=True))
    assert len(asked) == 3
    assert report.peak_after == asked[2] <= budget.nbytes
