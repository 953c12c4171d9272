"""Operators of ours for transformers: each rewrite before and after, and what is left alone."""

import pytest
from bitgraph.passes import DifferentiateInPlacePass, FuseDropoutPacksPass
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


DROPOUT = """
training = Constant <value = bool {1}> ()
ratio = Constant <value = float {0.1}> ()
y, mask = Dropout <seed = 3> (x, ratio, training)
through, held = bitgraph.BitsPack(y, mask)
loss = Neg(through)
dy = Neg(seed)
kept = bitgraph.BitsUnpack(held, dy)
dx = com.microsoft.DropoutGrad(dy, kept, ratio, training)
"""
GRADIENT = "dx = com.microsoft.DropoutGrad(dy, kept, ratio, training)"
BIG = "float[4, 6, 8]"


def dropout(body: str):
    return graph(
        body.strip(),
        inputs=f"{BIG} x, {BIG} seed",
        values=f"{BIG} y, {BIG} dy, bool[4, 6, 8] mask, bool[4, 6, 8] kept, float ratio, bool training",
        outputs=f"{BIG} dx, {BIG} loss",
    )


def test_dropout_draws_bits_and_its_gradient_reads_them():
    subject = dropout(DROPOUT)
    assert FuseDropoutPacksPass()(subject).modified
    assert nodes(subject)[2:] == [
        "through, held = DropoutPack(x)",
        "loss = Neg(through)",
        "dy = Neg(seed)",
        "dx = DropoutBitsGrad(dy, held)",
    ]
    pack = subject.graph.node(2)
    assert pack.attributes["seed"].as_int() == 3
    assert pack.attributes["ratio"].as_float() == pytest.approx(0.1)
    assert not FuseDropoutPacksPass()(subject).modified, "a second run changes nothing"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("float {0.1}", "float {0.0}"),
        ("bool {1}", "bool {0}"),
        ("dy = Neg(seed)", "other = Not(mask)\ndy = Neg(seed)"),
        ("dy = Neg(seed)", "other = Neg(y)\ndy = Neg(seed)"),
        (
            "dx = com.microsoft.DropoutGrad(dy, kept, ratio, training)",
            "f = Cast <to = 1> (kept)\ndx = Mul(dy, f)",
        ),
    ],
    ids=[
        "drops nothing",
        "not in training",
        "a bool that is read",
        "an output that is read",
        "another reader",
    ],
)
def test_dropout_left_alone(before, after):
    subject = dropout(DROPOUT.replace(before, after))
    untouched = nodes(subject)
    assert not FuseDropoutPacksPass()(subject).modified
    assert nodes(subject) == untouched
