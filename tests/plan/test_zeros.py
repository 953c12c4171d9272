"""How many zeros are expected behind a ReLU, however an exporter spells it."""

import pytest
from graphs import graph

from bitgraph.plan.zeros import expected_zeros

SPELLINGS = {
    "Relu": "y = Relu(x)",
    "Max": "y = Max(x, zero)",
    "Max, zero first": "y = Max(zero, x)",
    "Max, zeros of full size": "zeros = ConstantOfShape(shape) y = Max(x, zeros)",
    "Max, zeros that were spread": "zeros = Expand(zero, shape) y = Max(x, zeros)",
    "Where": "c = Greater(x, zero) y = Where(c, x, zero)",
    "ReLU6": "a = Max(x, zero) y = Min(a, six)",
    "through a view": "a = Max(x, zero) y = Reshape(a, shape)",
}
NONE = {
    "Max with another number": "y = Max(x, six)",
    "Max with zeros that an input gives": "y = Max(x, given)",
    "Where with another number": "c = Greater(x, zero) y = Where(c, x, six)",
    "Min alone": "y = Min(x, six)",
}


def zeros_of(body: str) -> float:
    model = graph(
        "zero = Constant <value = float {0.0}> ()\nsix = Constant <value = float {6.0}> ()\n" + body,
        inputs="float[8, 16] x, int64[2] shape, float[] given",
        outputs="float[8, 16] y",
    )
    return expected_zeros(model.graph.outputs[0])


@pytest.mark.parametrize("body", SPELLINGS.values(), ids=SPELLINGS)
def test_half_behind_a_relu(body: str) -> None:
    assert zeros_of(body) == 0.5


@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_none_behind_anything_else(body: str) -> None:
    assert zeros_of(body) == 0.0
