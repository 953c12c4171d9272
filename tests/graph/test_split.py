"""Forward and backward by the flow of data."""

import pytest
from graphs import graph

from bitgraph.errors import BadInputError
from bitgraph.graph.order import execution_order
from bitgraph.graph.split import split

BODY = """
y = Relu(x)
loss = ReduceSum (y)
shape = Shape(y)
dy = Expand(seed, shape)
dx = com.microsoft.ReluGrad(dy, y)
"""
INPUTS = "float[4, 4] x, float[] seed"


def training_graph():
    return graph(BODY, inputs=INPUTS, outputs="float[1, 1] loss, float[4, 4] dx").graph


def test_forward_is_what_the_loss_needs():
    halves = split(training_graph())
    assert halves.loss.name == "loss"
    assert {node.op_type for node in halves.forward} == {"Relu", "ReduceSum"}
    assert {node.op_type for node in halves.backward} == {"Shape", "Expand", "ReluGrad"}


def test_shape_runs_right_behind_what_it_measures():
    names = [node.op_type for node in execution_order(training_graph())]
    assert names.index("Shape") == names.index("Relu") + 1
    assert names.index("ReluGrad") > names.index("Expand")


def test_named_loss_that_is_not_there():
    with pytest.raises(BadInputError, match="loss output 'cost' is not computed"):
        split(training_graph(), "cost")


def test_inference_graph_is_refused():
    forward = graph("y = Relu(x)", inputs="float[4] x", outputs="float[4] y").graph
    with pytest.raises(BadInputError, match=r"inference graph.*--loss"):
        split(forward)


def test_a_loss_that_cannot_be_told_from_other_numbers_is_named():
    body = """
        y = Sigmoid(x)
        score = ReduceMax <keepdims = 0> (x)
        z = Neg(y)
        total = ReduceMean <keepdims = 0> (z)
        dx = Mul(y, x)
    """
    model = graph(body, inputs="float[4, 8] x", outputs="float score, float total, float[4, 8] dx")
    found = split(model.graph, "total")
    assert found.loss.name == "total"
    assert {node.op_type for node in found.forward} == {"Sigmoid", "Neg", "ReduceMean"}
