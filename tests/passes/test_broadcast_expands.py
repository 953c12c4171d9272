"""Readers of an Expand that broadcast by themselves, and those that do not."""

import pytest
from bitgraph.passes import BroadcastExpandsPass
from graphs import graph, nodes

from bitgraph import Config

DIMS = "N, 8, 4, 4"


def model(reader: str, *, a: str = DIMS, outputs: str = "", z: str = DIMS):
    return graph(
        f"a = Neg(x) s = Shape(x) e = Expand(g, s) {reader}",
        inputs=f"float[{DIMS}] x, float[N, 8, 1, 1] g, float[8, 8, 1, 1] w",
        outputs=f"float[{z}] z{outputs}",
        values=f"float[{a}] a, float[{DIMS}] e, float[{DIMS}] c",
    )


@pytest.mark.parametrize("op_type", ["Add", "Div", "Mul", "Sub", "Sum"])
def test_reads_what_is_expanded(op_type):
    subject = model(f"z = {op_type}(a, e)")
    assert BroadcastExpandsPass()(subject).modified
    assert nodes(subject) == ["a = Neg(x)", "s = Shape(x)", f"z = {op_type}(a, g)"]
    assert not BroadcastExpandsPass()(subject).modified


def test_order_of_operands_stays():
    subject = model("z = Sum(e, a)")
    BroadcastExpandsPass()(subject)
    assert nodes(subject)[-1] == "z = Sum(g, a)"


def test_others_still_read_the_whole():
    subject = model("c = Relu(e) z = Add(a, e)", outputs=f", float[{DIMS}] c")
    assert BroadcastExpandsPass()(subject).modified
    assert nodes(subject)[2:] == ["e = Expand(g, s)", "c = Relu(e)", "z = Add(a, g)"]


LEFT_ALONE = {
    "another reader": model("z = Max(a, e)"),
    "other dims": model("z = Add(a, e)", a="1, 8, 4, 4"),
    "twice the same": model("z = Mul(e, e)"),
    "what may be added inside a convolution": model("c = Conv(x, w) z = Add(c, e)"),
    "an output": model("z = Identity(e)"),
}


@pytest.mark.parametrize("subject", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_left_alone(subject):
    untouched = nodes(subject)
    assert not BroadcastExpandsPass()(subject).modified
    assert nodes(subject) == untouched


def test_not_without_streaming():
    assert not BroadcastExpandsPass(Config(streaming=False))(model("z = Add(a, e)")).modified
