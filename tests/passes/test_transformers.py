"""Operators of ours for transformers: each rewrite before and after, and what is left alone."""

import pytest
from bitgraph.passes import DifferentiateInPlacePass
from graphs import graph, is_sorted, nodes

VALUES = "float[4, 6, 8] dx, float[8] dscale, float[8] dbias"
INPUTS = "float[4, 6, 8] dy, float[4, 6, 8] x, float[8] scale, float[4, 6, 1] mean, float[4, 6, 1] inv"
NORM = "dx, dscale, dbias = com.microsoft.LayerNormalizationGrad <axis = -1> (dy, x, scale, mean, inv)\n"


def model(body: str, inputs: str = INPUTS):
    return graph(body, inputs=inputs, values=VALUES, outputs="float[4, 6, 8] dx")


def test_gradient_of_a_norm_goes_over_the_incoming_one():
    subject = model(NORM)
    assert DifferentiateInPlacePass()(subject).modified
    assert nodes(subject) == ["dx, dscale, dbias = LayerNormGrad(dy, x, scale, mean, inv)"]
    (node,) = subject.graph
    assert node.attributes["axis"].as_int() == -1
    assert is_sorted(subject)
    assert not DifferentiateInPlacePass()(subject).modified, "a second run changes nothing"


@pytest.mark.parametrize(
    ("body", "inputs"),
    [(NORM, INPUTS.replace("float", "double")), (NORM.replace("dscale, dbias", ", dbias"), INPUTS)],
    ids=["doubles", "a part that is not wanted"],
)
def test_left_alone(body, inputs):
    subject = model(body, inputs)
    untouched = nodes(subject)
    assert not DifferentiateInPlacePass()(subject).modified
    assert nodes(subject) == untouched
