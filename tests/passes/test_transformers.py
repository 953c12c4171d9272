"""Operators of ours for transformers: each rewrite before and after, and what is left alone."""

import onnx_ir as ir
import pytest
from bitgraph.passes import DifferentiateInPlacePass, FuseDropoutPacksPass
from graphs import graph, is_sorted, nodes

from bitgraph.config import Config

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


BIG = "float[4, 64, 32]"
RUNS = {
    "gelu": "dx = com.microsoft.GeluGrad(dy, x)\n",
    "fast gelu": "dx = com.microsoft.FastGeluGrad(dy, x)\n",
    "gelu of a biased x": "dx = com.microsoft.BiasGeluGrad_dX(dy, x, bias)\n",
    "softmax": "dx = com.microsoft.SoftmaxGrad_13 <axis = -1> (dy, x)\n",
    "log of a softmax": "dx = com.microsoft.LogSoftmaxGrad_13 <axis = 2> (dy, x)\n",
    "sigmoid": "dx = com.microsoft.SigmoidGrad(dy, x)\n",
    "tanh": "dx = com.microsoft.TanhGrad(dy, x)\n",
}


def run_model(body: str, shape: str = BIG, result: str = BIG):
    return graph(
        f"dy = Neg(seed)\n{body}dw = Neg(dx)",
        inputs=f"{shape} seed, {BIG} x, float[32] bias",
        values=f"{shape} dy, {result} dx",
        outputs=f"{result} dw",
    )


@pytest.mark.parametrize("body", RUNS.values(), ids=RUNS)
def test_the_runtime_s_own_kernel_runs_over_the_incoming_gradient(body):
    subject = run_model(body)
    stock = subject.graph.node(1)
    op, inputs = stock.op_type, [value.name for value in stock.inputs]
    assert DifferentiateInPlacePass()(subject).modified
    assert nodes(subject)[1:] == [f"dx = RunInPlace({', '.join(inputs)})", "dw = Neg(dx)"]
    assert subject.graph.node(1).attributes["op"].as_string() == op
    assert set(subject.graph.node(1).attributes) == {"op"}
    assert not DifferentiateInPlacePass()(subject).modified, "a second run changes nothing"


def test_a_gradient_that_looks_otherwise_is_read_under_the_dims_of_the_result():
    subject = run_model(RUNS["gelu"], shape="float[n, 64, 32]", result="float[m, 64, 32]")
    subject.graph.inputs[1].shape = ir.Shape(["m", 64, 32])
    assert DifferentiateInPlacePass(Config(batch=4))(subject).modified
    assert nodes(subject)[1:3] == ["dy.alike = Barrier(dy)", "dx = RunInPlace(dy.alike, x)"]
    assert subject.graph.node(1).outputs[0].shape == ir.Shape(["m", 64, 32])


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("dx = com.microsoft.QuickGeluGrad(dy, x)\n", BIG),
        ("dx = com.microsoft.SoftmaxGrad_13 <axis = 1> (dy, x)\n", BIG),
        ("dx = com.microsoft.SoftmaxGrad_13(dy, x)\n", BIG),
        (RUNS["gelu"], "float[64, 32]"),
        (RUNS["gelu"], BIG.replace("float", "double")),
        ("mean = ReduceMean(x)\ndx = com.microsoft.GeluGrad(mean, mean)\n", BIG),
    ],
    ids=["writes before it reads", "along another dim", "along no dim", "spread", "doubles", "small"],
)
def test_kernel_left_alone(body, shape):
    subject = run_model(body, shape)
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
SMALL = "float[4, 6, 8]"


def dropout(body: str):
    return graph(
        body.strip(),
        inputs=f"{SMALL} x, {SMALL} seed",
        values=f"{SMALL} y, {SMALL} dy, bool[4, 6, 8] mask, bool[4, 6, 8] kept, float ratio, bool training",
        outputs=f"{SMALL} dx, {SMALL} loss",
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
