"""Convolutions of the forward pass by samples: graphs before and after, and what is left alone."""

import pytest
from bitgraph.passes import SeparateBuffersPass, StreamConvolutionsPass
from graphs import graph, is_sorted, nodes

from bitgraph import Config
from bitgraph.graph.peak import predict
from bitgraph.graph.sizes import Sizes

BATCH = 64
BIG = "N, 16, 32, 32"
INPUTS = (
    "float[N, 4, 32, 32] small, float[16, 4, 3, 3] v, float[16, 16, 3, 3] w, "
    "float[4, 16, 3, 3] u, float[] one"
)
VALUES = ", ".join(f"float[{BIG}] {name}" for name in ("c", "x", "y", "t", "z", "r", "other", "q", "o", "s"))
CONV = "Conv <pads = [1, 1, 1, 1]>"
MASKED = f"""
c = {CONV} (small, v)
y = Relu(c)
t, m = bitgraph.MaskPack <predicate = "positive"> (y)
z = {CONV} (t, w)
loss = ReduceMean(z)
r = bitgraph.BitsUnpack(m, loss)
dx = ReduceMean(r)
"""
HELD = f"""
c = {CONV} (small, v)
x, held = bitgraph.BitmapPack(c)
y = {CONV} (x, w)
z = Relu(y)
loss = ReduceMean(z)
r = bitgraph.BitmapUnpack(held, loss)
dx = ReduceMean(r)
"""


def model(body):
    outputs = "float[1, 1, 1, 1] loss, float[1, 1, 1, 1] dx"
    subject = graph(body.strip(), inputs=INPUTS, outputs=outputs, values=VALUES)
    subject.graph.sort()
    SeparateBuffersPass()(subject)
    return subject


def rewrite(subject):
    return StreamConvolutionsPass(Config(batch=BATCH))(subject)


CASES = {
    "two convolutions and the mask between": (
        MASKED,
        ["z, m = StreamPack(small, v, w)", "r = BitsUnpack(m, loss)"],
        """\
stream (rows x0, whole w0, whole w1) => (rows y0, held mask0) {
  t0 = Conv <pads = [1, 1, 1, 1]> (x0, w0)
  t1 = Relu (t0)
  mask0 = MaskPack <predicate = "positive"> (t1)
  y0 = Conv <pads = [1, 1, 1, 1]> (t1, w1)
}""",
    ),
    "of what is held, with the ReLU behind": (
        HELD,
        ["x, held = BitmapPack(c)", "z = Stream(held, w)", "r = BitmapUnpack(held, loss)"],
        """\
stream (held held0, whole w0) => (rows y0) {
  t0 = BitmapUnpack (held0)
  t1 = Conv <pads = [1, 1, 1, 1]> (t0, w0)
  y0 = Relu (t1)
}""",
    ),
}


@pytest.mark.parametrize(("body", "expected", "program"), CASES.values(), ids=CASES)
def test_becomes_one_node(body, expected, program):
    subject = model(body)
    before = predict(subject, BATCH).peak
    assert rewrite(subject).modified
    found = nodes(subject)
    assert [line for line in found if line in expected] == expected
    (stream,) = (node for node in subject.graph if node.op_type in {"Stream", "StreamPack"})
    assert stream.attributes["program"].as_string() == program
    assert is_sorted(subject)
    assert predict(subject, BATCH).peak < 0.8 * before
    sizes = Sizes(subject, BATCH)
    assert sizes.shape(stream.outputs[0]) == (BATCH, 16, 32, 32)
    assert all(sizes.nbytes(value) < 2**22 for value in stream.outputs[1:])
    assert not rewrite(subject).modified, "a second run changes nothing"


def test_one_reads_what_another_stands_for():
    """The first begins at an input, the second at what the first makes."""
    subject = model(
        MASKED.replace(
            "loss =",
            f"""
            p = {CONV} (z, u)
            q = {CONV} (p, v)
            o, n = bitgraph.MaskPack <predicate = "positive"> (q)
            s = {CONV} (o, w)
            loss =""",
        ).replace("(z)\nr", "(s)\nr")
    )
    assert rewrite(subject).modified
    found = [line for line in nodes(subject) if "Stream" in line]
    assert found == ["z, m = StreamPack(small, v, w)", "s, n = StreamPack(p, v, w)"]


REFUSALS = {
    "below the peak": MASKED.replace("(r)", "(all)") + "all = Concat <axis = 1> (r, r, r, r)\n",
    "an input that something else reads": MASKED.replace("(r)", "(other)") + "other = Mul(t, r)\n",
    "what is added to a convolution": HELD.replace("z = Relu(y)", "z = Add(y, one)"),
    "another operator in front": MASKED.replace("Relu", "Sigmoid"),
}


@pytest.mark.parametrize("body", REFUSALS.values(), ids=REFUSALS)
def test_is_left_alone(body):
    subject = model(body)
    untouched = nodes(subject)
    assert not rewrite(subject).modified
    assert nodes(subject) == untouched
