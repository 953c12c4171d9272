"""Conditions that move into the forward pass: before and after, and what is left alone."""

import onnx_ir as ir
import pytest
from bitgraph.passes import HoldConditionsPass
from graphs import graph, is_sorted, nodes

SHAPE = "8, 16, 32, 32"
HEAD = """
zero = Constant <value = float {0.0}> ()
six = Constant <value = float {6.0}> ()
x0 = Neg(x)
"""
FORWARD = """
y = Relu(x0)
loss = ReduceMean(y)
spread = Expand(seed, shape)
dy = Mul(spread, y)
"""


def model(body: str, forward: str = FORWARD, outputs: str = "") -> ir.Model:
    return graph(
        HEAD + forward + body.strip(),
        inputs=f"float[{SHAPE}] x, float[] seed, int64[4] shape, float[8, 1, 1, 1] one_a_sample",
        outputs=f"float[1, 1, 1, 1] loss, float[{SHAPE}] dx{outputs}",
        values=f"float[{SHAPE}] x0, float[{SHAPE}] y, float[{SHAPE}] dy",
    )


MOVED = {
    "ReLU, from the input": (
        FORWARD,
        "c = Greater(x0, zero) dx = Where(c, dy, zero)",
        ["c = Greater(x0, zero)", "c.bits.through, c.bits = BitsPack(x0, c)", "y = Relu(c.bits.through)"],
        ("dx = MaskGrad(dy, c.bits)", "where"),
    ),
    "ReLU, from the output, the other way round": (
        FORWARD,
        "c = LessOrEqual(y, zero) dx = Where(c, zero, dy)",
        [
            "c = LessOrEqual(y, zero)",
            "c.not = Not(c)",
            "c.not.bits.through, c.not.bits = BitsPack(y, c.not)",
            "loss = ReduceMean(c.not.bits.through)",
        ],
        ("dx = MaskGrad(dy, c.not.bits)", "select"),
    ),
    "ReLU6": (
        FORWARD,
        "a = Greater(x0, zero) b = Less(x0, six) c = And(a, b) dx = Where(c, dy, zero)",
        ["c = And(a, b)", "c.bits.through, c.bits = BitsPack(x0, c)", "y = Relu(c.bits.through)"],
        ("dx = MaskGrad(dy, c.bits)", "where"),
    ),
    "a product with the cast condition": (
        FORWARD,
        "c = Greater(x0, zero) factor = Cast <to = 1> (c) dx = Mul(factor, dy)",
        ["c.bits.through, c.bits = BitsPack(x0, c)", "y = Relu(c.bits.through)"],
        ("dx = MaskGrad(dy, c.bits)", "multiply"),
    ),
    "ReLU spelled as a Where": (
        "c = Greater(x0, zero) y = Where(c, x0, zero) loss = ReduceMean(y) dy = Expand(seed, shape)\n",
        "dx = Where(c, dy, zero)",
        ["c.bits.through, c.bits = BitsPack(c, c)", "y = Where(c.bits.through, x0, zero)"],
        ("dx = MaskGrad(dy, c.bits)", "where"),
    ),
}


@pytest.mark.parametrize(("forward", "body", "expected", "gradient"), MOVED.values(), ids=MOVED)
def test_moved(forward: str, body: str, expected: list[str], gradient: tuple[str, str]) -> None:
    subject = model(body, forward)
    assert HoldConditionsPass()(subject).modified
    found = nodes(subject)
    places = [found.index(line) for line in expected]
    assert places == sorted(places)
    assert found[-1] == gradient[0]
    assert subject.graph[-1].attributes["mode"].as_string() == gradient[1]
    assert is_sorted(subject)


LEFT_ALONE = {
    "the other side is not zero": ("c = Greater(x0, zero) dx = Where(c, dy, six)", FORWARD, ""),
    "the other side is a minus zero": (
        "minus = Constant <value = float {-0.0}> () c = Greater(x0, zero) dx = Where(c, dy, minus)",
        FORWARD,
        "",
    ),
    "something else reads the condition": (
        "c = Greater(x0, zero) dx = Where(c, dy, zero) other = Not(c)",
        FORWARD,
        f", bool[{SHAPE}] other",
    ),
    "the condition is an output": (
        "c = Greater(x0, zero) dx = Where(c, dy, zero)",
        FORWARD,
        f", bool[{SHAPE}] c",
    ),
    "the condition is spread": (
        "c = Greater(one_a_sample, zero) dx = Where(c, dy, zero)",
        FORWARD,
        "",
    ),
    "a gradient is compared": ("c = Greater(dy, zero) dx = Where(c, dy, zero)", FORWARD, ""),
    "a gradient is compared too": (
        "a = Greater(x0, zero) b = Less(dy, six) c = And(a, b) dx = Where(c, dy, zero)",
        FORWARD,
        "",
    ),
    "what is compared is an output": (
        "c = Greater(x0, zero) dx = Where(c, dy, zero)",
        FORWARD,
        f", float[{SHAPE}] x0",
    ),
    "nothing in the forward pass reads it on": (
        "c = LessOrEqual(last, zero) dx = Where(c, zero, dy)",
        "last = Relu(x0) loss = ReduceMean(x0) dy = Expand(seed, shape)\n",
        "",
    ),
}


@pytest.mark.parametrize(("body", "forward", "outputs"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_left_alone(body: str, forward: str, outputs: str) -> None:
    subject = model(body, forward, outputs)
    untouched = nodes(subject)
    assert not HoldConditionsPass()(subject).modified
    assert nodes(subject) == untouched
