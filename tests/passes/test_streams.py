"""Gradients by samples: graphs before and after, and what is left alone."""

import pytest
from bitgraph.passes import KeepNormInputsPass, StreamGradientsPass
from graphs import graph, is_sorted, nodes

from bitgraph import Config
from bitgraph.graph.costs import Costs
from bitgraph.graph.peak import predict
from bitgraph.graph.sizes import Sizes
from bitgraph.pipeline import rewrite
from bitgraph.report import stash_reports

BIG = "8, 16, 32, 32"
INPUTS = (
    f"float[{BIG}] data, float[16, 16, 3, 3] w, float[] seed, float[16] s, float[16] b, float[16] m, "
    "float[16] i, float[8, 16, 1, 1] gate"
)
NAMES = "x, x0, y, z, dz, dx0, r, p, a, c, late, dz2, g"
VALUES = ", ".join(f"float[{BIG}] {name}" for name in NAMES.split(", "))
CONV = "Conv <pads = [1, 1, 1, 1]>"
GRAD = "com.microsoft.ConvGrad <pads = [1, 1, 1, 1]>"
NORM = 'bitgraph.BatchNormRecompute <activation = "relu", epsilon = 0.5>'
FORWARD = f"""
x0 = Neg(data)
x, held = bitgraph.BitmapPack(x0)
z = {CONV} (x, w)
loss = ReduceMean (z)
shape = Shape(z)
dz = Expand(seed, shape)
"""
NORM_GRAD = 'bitgraph.BatchNormGrad <activation = "none", epsilon = 0.5>'


def model(body, outputs="", batch="8"):
    inputs, outputs, values = (
        text.replace("[8,", f"[{batch},")
        for text in (INPUTS, f"float[1, 1, 1, 1] loss, float[{BIG}] dx{outputs}", VALUES)
    )
    return graph(FORWARD + body.strip(), inputs=inputs, outputs=outputs, values=values)


def stream_of(subject):
    (node,) = (node for node in subject.graph if node.op_type == "Stream")
    return node


CASES = {
    "held and computed": (
        f"""
        r = bitgraph.BitmapUnpack(held, dz)
        late = bitgraph.Barrier(r, dz)
        p = {CONV} (late, w)
        a = {NORM} (p, s, b, m, i, dz)
        dx0, dw = {GRAD} (dz, a, w)
        dx = Neg(dx0)
        """,
        ["dx0, dw = Stream(dz, held, w, s, b, m, i)", "dx = Neg(dx0)"],
        """\
stream (rows dy, held held0, whole w0, whole w1, whole w2, whole w3, whole w4) => (rows dx, whole dw) {
  t0 = BitmapUnpack (held0)
  t1 = Conv <pads = [1, 1, 1, 1]> (t0, w0)
  t2 = BatchNormRecompute <activation = "relu", epsilon = 0.5> (t1, w1, w2, w3, w4)
  dx, dw = ConvGrad <pads = [1, 1, 1, 1]> (dy, t2, w0)
}""",
    ),
    "held alone, over the gradient": (
        """
        dx0, dw, db = bitgraph.ConvGradHeld <pads = [1, 1, 1, 1]> (dz, held, w)
        dx = Neg(dx0)
        """,
        ["dx0, dw, db = Stream(dz, held, w)", "dx = Neg(dx0)"],
        """\
stream (rows dy, held held0, whole w0) => (rows dx, whole dw, whole dw1) {
  t0 = BitmapUnpack (held0)
  dx, dw, dw1 = ConvGrad <pads = [1, 1, 1, 1]> (dy, t0, w0)
}""",
    ),
    "a batch norm of what is computed from what is kept": (
        f"""
        late = bitgraph.Barrier(x0, dz)
        g = Mul(late, gate)
        p = {CONV} (g, w)
        dx0, ds, db = {NORM_GRAD} (dz, p, s, m, i)
        dx = Mul(dx0, x0)
        """,
        ["dx0, ds, db = Stream(dz, x0, gate, w, s, m, i)", "dx = Mul(dx0, x0)"],
        """\
stream (rows dy, rows x0, rows x1, whole w0, whole w1, whole w2, whole w3) => (rows dx, whole dw, whole dw1) {
  t0 = Mul (x0, x1)
  t1 = Conv <pads = [1, 1, 1, 1]> (t0, w0)
  dx, dw, dw1 = BatchNormGrad <activation = "none", epsilon = 0.5> (dy, t1, w1, w2, w3)
}""",
    ),
    "a value that two nodes of the program read": (
        f"""
        late = bitgraph.Barrier(x0, dz)
        p = {CONV} (late, w)
        a = Sigmoid(p)
        c = Mul(p, a)
        dx0, dw = {GRAD} (dz, c, w)
        dx = Neg(dx0)
        """,
        ["dx0, dw = Stream(dz, x0, w)", "dx = Neg(dx0)"],
        """\
stream (rows dy, rows x0, whole w0) => (rows dx, whole dw) {
  t0 = Conv <pads = [1, 1, 1, 1]> (x0, w0)
  t1 = Sigmoid (t0)
  t2 = Mul (t0, t1)
  dx, dw = ConvGrad <pads = [1, 1, 1, 1]> (dy, t2, w0)
}""",
    ),
    "up to what something else reads": (
        f"""
        p = {CONV} (x0, w)
        a = Relu(p)
        c = Tanh(a)
        dx0, dw = {GRAD} (dz, c, w)
        dx = Mul(dx0, p)
        """,
        ["p = Conv(x0, w)", "dx0, dw = Stream(dz, p, w)", "dx = Mul(dx0, p)"],
        """\
stream (rows dy, rows x0, whole w0) => (rows dx, whole dw) {
  t0 = Relu (x0)
  t1 = Tanh (t0)
  dx, dw = ConvGrad <pads = [1, 1, 1, 1]> (dy, t1, w0)
}""",
    ),
    "up to an operator that no program has": (
        f"""
        p = Erf(x0)
        a = Relu(p)
        dx0, dw = {GRAD} (dz, a, w)
        dx = Neg(dx0)
        """,
        ["p = Erf(x0)", "dx0, dw = Stream(dz, p, w)", "dx = Neg(dx0)"],
        """\
stream (rows dy, rows x0, whole w0) => (rows dx, whole dw) {
  t0 = Relu (x0)
  dx, dw = ConvGrad <pads = [1, 1, 1, 1]> (dy, t0, w0)
}""",
    ),
}


@pytest.mark.parametrize(("body", "expected", "program"), CASES.values(), ids=CASES)
def test_becomes_one_node(body, expected, program):
    subject = model(body)
    assert StreamGradientsPass()(subject).modified
    found = nodes(subject)
    assert found[-len(expected) :] == expected
    assert stream_of(subject).attributes["program"].as_string() == program
    assert is_sorted(subject)
    assert not StreamGradientsPass()(subject).modified, "a second run changes nothing"


KEPT = "dx0, dw = bitgraph.ConvGradInPlace <pads = [1, 1, 1, 1]> (dz, x0, w)\ndx = Neg(dx0)"
REFUSALS = {
    "an input that is kept": (KEPT, ""),
    "an input in whose memory dX is, when dY is read later": (
        KEPT.replace("(dz, x0", "(dz, a")
        .replace("dx0, dw =", "a = Relu(x0)\ndx0, dw =")
        .replace("Neg(dx0)", "Add(dx0, dz)"),
        "",
    ),
    "a gradient of which no part of the input is wanted": (
        f"a = Relu(x0)\ndw = {GRAD} (dz, a, w)\ndx = Neg(dz)",
        "",
    ),
    "what is an output of the graph": (
        KEPT.replace("(dz, x0", "(dz, a").replace("dx0, dw =", "a = Relu(x0)\ndx0, dw ="),
        f", float[{BIG}] a",
    ),
    "a convolution that pads itself": (
        'a = Relu(x0)\ndx0, dw = com.microsoft.ConvGrad <auto_pad = "SAME_UPPER"> (dz, a, w)\ndx = Neg(dx0)',
        "",
    ),
}


@pytest.mark.parametrize(("body", "outputs"), REFUSALS.values(), ids=REFUSALS)
def test_is_left_alone(body, outputs):
    subject = model(body, outputs)
    untouched = nodes(subject)
    assert not StreamGradientsPass()(subject).modified
    assert nodes(subject) == untouched


def test_a_gradient_of_another_one_reads_what_stands_for_it():
    body = f"""
    a = Relu(x0)
    g, dw = {GRAD} (dz, a, w)
    p = {CONV} (x0, w)
    c = Relu(p)
    dx0, dw2 = {GRAD} (g, c, w)
    dx = Neg(dx0)
    """
    subject = model(body)
    assert StreamGradientsPass()(subject).modified
    assert nodes(subject)[-3:] == [
        "g, dw = Stream(dz, x0, w)",
        "dx0, dw2 = Stream(g, x0, w)",
        "dx = Neg(dx0)",
    ]


LARGE_NORM = f"""
late = bitgraph.Barrier(x0, dz)
p = {CONV} (late, w)
dx0, ds, db = {NORM_GRAD} (dz, p, s, m, i)
"""
AT_THE_PEAK = f"{LARGE_NORM}dx = Mul(dx0, x0)"
BELOW_THE_PEAK = f"{LARGE_NORM}two = Concat <axis = 1> (dx0, x0, x0, x0)\nfour = Neg(two)\ndx = Mul(dx0, x0)"


@pytest.mark.parametrize(("body", "kept"), [(AT_THE_PEAK, False), (BELOW_THE_PEAK, True)])
def test_a_large_input_of_a_norm_is_kept_below_the_peak(body, kept):
    subject = model(body, batch="N")
    config = Config(batch=128)
    assert StreamGradientsPass(config)(subject).modified
    before = predict(subject, 128).peak
    seconds = Costs(Sizes(subject, 128), config).seconds(stream_of(subject))
    assert KeepNormInputsPass(config)(subject).modified is kept
    assert stream_of(subject).attributes.get_int("keep", 0) == kept
    assert predict(subject, 128).peak == before
    assert (Costs(Sizes(subject, 128), config).seconds(stream_of(subject)) < seconds) is kept
    assert not KeepNormInputsPass(config)(subject).modified, "a second run changes nothing"


def test_what_is_inside_has_sizes():
    body, _, _ = CASES["held and computed"]
    subject = model(body)
    StreamGradientsPass()(subject)
    sizes = Sizes(subject)
    program = sizes.program(stream_of(subject))
    assert {sizes.shape(node.outputs[0]) for node in program.nodes} == {(8, 16, 32, 32)}


def test_the_report_names_what_is_read_by_samples():
    subject = graph(
        f"""
        x0 = Sigmoid(data)
        x = Relu(x0)
        z = {CONV} (x, w)
        loss = ReduceMean (z)
        shape = Shape(z)
        dz = Expand(seed, shape)
        dx0, dw = {GRAD} (dz, x, w)
        dx = com.microsoft.ReluGrad(dx0, x)
        """,
        inputs=INPUTS,
        outputs=f"float[1, 1, 1, 1] loss, float[{BIG}] dx",
        values=VALUES,
    )
    gradient = next(node for node in subject.graph if node.op_type == "ConvGrad")
    gradient.name = "z_Grad/ConvGrad_0"
    reports = {entry.name: entry for entry in stash_reports(rewrite(subject, Config()))}
    assert reports["x"].reader == "streamed"
