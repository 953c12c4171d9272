"""What is computed again: each rewrite before and after, and what is left alone."""

import itertools

import pytest
from bitgraph.passes import DifferentiateNormsPass, HoldBitmapsPass, RecomputePass
from graphs import graph, is_sorted, nodes

from bitgraph.config import EXCHANGE_STEP, Config
from bitgraph.plan.recomputations import make_recomputations

BIG = "8, 16, 32, 32"
VALUES = (
    f"float[{BIG}] x, float[{BIG}] y, float[{BIG}] a, float[{BIG}] z, float[{BIG}] dz, float[{BIG}] dy, "
    f"float[{BIG}] da, bool[{BIG}] mask, float[16] mean, float[16] inv, float[16] rm, float[16] rv, "
    f"float[{BIG}] g, float[{BIG}] dg, "
    "int64[4] dims, int64[1] one, int64[1] two, int64[1] three, int64[1] four, int64[4] target"
)
INPUTS = (
    f"float[{BIG}] data, float[16, 16, 3, 3] w, float[] seed, float[] ratio, bool[] training, "
    "float[16] scale, float[16] bias, float[16] rm_in, float[16] rv_in"
)
CONV_GRAD = "com.microsoft.ConvGrad <pads = [1, 1, 1, 1]>"
TAIL = f"""
z = Conv <pads = [1, 1, 1, 1]> (y, w)
loss = ReduceMean (z)
shape = Shape(z)
dz = Expand(seed, shape)
dy, dw = {CONV_GRAD} (dz, y, w)
"""

GELU = f"""
x = Conv <pads = [1, 1, 1, 1]> (data, w)
y = com.microsoft.Gelu(x)
{TAIL}
dx = com.microsoft.GeluGrad(dy, x)
"""
DROPOUT = f"""
x = Conv <pads = [1, 1, 1, 1]> (data, w)
g = com.microsoft.Gelu(x)
y, mask = Dropout(g, ratio, training)
{TAIL}
dg = com.microsoft.DropoutGrad(dy, mask, ratio, training)
dx = com.microsoft.GeluGrad(dg, x)
"""
NORM = f"""
x = Conv <pads = [1, 1, 1, 1]> (data, w)
a, rm, rv, mean, inv = com.microsoft.BatchNormInternal(x, scale, bias, rm_in, rv_in)
y = Relu(a)
{TAIL}
da = com.microsoft.ReluGrad(dy, y)
dx, dscale, dbias = com.microsoft.BatchNormalizationGrad(da, x, scale, mean, inv)
"""
RANDOM = f"""
x = RandomNormalLike(data)
y = Mul(x, x)
{TAIL}
dx = Mul(dy, dy)
"""

VIEW = f"""
x = Conv <pads = [1, 1, 1, 1]> (data, w)
g = com.microsoft.Gelu(x)
dims = Shape(x)
one, two, three, four = Split(dims)
target = Concat <axis = 0> (one, two, three, four)
y = Reshape(g, target)
{TAIL}
dx = com.microsoft.GeluGrad(dy, x)
"""


def model(body):
    return graph(
        body.strip(), inputs=INPUTS, outputs=f"float[1, 1, 1, 1] loss, float[{BIG}] dx", values=VALUES
    )


CASES = {
    "an elementwise chain from what its own gradient keeps": (
        GELU,
        [
            "y.through = Barrier(y)",
            "z = Conv(y.through, w)",
            "x.late.0 = Barrier(x, dz)",
            "y.again.0 = Gelu(x.late.0)",
            "dy, dw = ConvGrad(dz, y.again.0, w)",
            "dx = GeluGrad(dy, x)",
        ],
    ),
    "dropout from the mask that it drew": (
        DROPOUT,
        [
            "y.through = Barrier(y)",
            "z = Conv(y.through, w)",
            "x.late.0 = Barrier(x, dz)",
            "g.again.0 = Gelu(x.late.0)",
            "y.again.0 = DropoutGrad(g.again.0, mask, ratio, training)",
            "dy, dw = ConvGrad(dz, y.again.0, w)",
        ],
    ),
    "a norm with the activation behind it, and that one's gradient": (
        NORM,
        [
            "y.through = Barrier(y)",
            "z = Conv(y.through, w)",
            "y.again.0 = BatchNormRecompute(x, scale, bias, mean, inv, dz)",
            "dy, dw = ConvGrad(dz, y.again.0, w)",
            "da = BatchNormMaskGrad(dy, x, scale, bias, mean, inv)",
            "dx, dscale, dbias = BatchNormalizationGrad(da, x, scale, mean, inv)",
        ],
    ),
}


@pytest.mark.parametrize(("before", "expected"), CASES.values(), ids=CASES)
def test_rewrite(before, expected):
    subject = model(before)
    assert RecomputePass()(subject).modified
    found = nodes(subject)
    assert [line for line in found if line in expected] == expected
    assert is_sorted(subject)
    assert not RecomputePass()(subject).modified, "a second run changes nothing"


def test_what_draws_again_or_costs_too_much_is_held():
    subject = model(RANDOM)
    untouched = nodes(subject)
    assert not RecomputePass()(subject).modified
    assert nodes(subject) == untouched


def test_a_dropout_without_a_training_mode_is_held():
    body = DROPOUT.replace("Dropout(g, ratio, training)", "Dropout(g, ratio)")
    assert "y" not in {
        str(each.stash.value.name) for each in make_recomputations(model(body), Config()).values
    }
    assert "y" in {
        str(each.stash.value.name) for each in make_recomputations(model(DROPOUT), Config()).values
    }


def test_convolutions_are_repeated_when_seconds_are_cheap():
    dear = make_recomputations(model(GELU), Config())
    assert [each.stash.value.name for each in dear.values] == ["y"]
    cheap = make_recomputations(model(GELU), Config(exchange=1e5))
    assert [each.stash.value.name for each in cheap.values] == ["x", "y"]
    assert [node.op_type for node in cheap.values[1].nodes] == ["Conv", "Gelu"]


@pytest.mark.parametrize(("window", "convolutions"), [(0, 3), (16, 2)])
def test_repetitions_in_one_window_share_what_they_repeat(window, convolutions):
    subject = model(GELU)
    RecomputePass(make_recomputations(subject, Config(exchange=1e5, window=window)))(subject)
    assert sum("= Conv(data" in line for line in nodes(subject)) == convolutions
    assert nodes(subject)[-1] == f"dx = GeluGrad(dy, x.again.{1 if window == 0 else 0})"
    assert is_sorted(subject)


def test_a_computed_shape_is_read_as_it_is():
    subject = model(VIEW)
    assert RecomputePass()(subject).modified
    found = nodes(subject)
    assert "y.again.0 = Reshape(g.through.again.0, target)" in found
    fenced = [line for line in found if "= Barrier(" in line and ".late" in line]
    assert fenced == ["x.late.0 = Barrier(x, dz)"], "a barrier takes floats alone"


def test_gradient_of_a_norm_goes_over_the_incoming_one_with_the_mask_on_the_way():
    subject = model(NORM)
    assert DifferentiateNormsPass()(subject).modified
    assert "dx, dscale, dbias = BatchNormGrad(da, x, scale, mean, inv)" in nodes(subject)
    subject = model(NORM)
    RecomputePass()(subject)
    assert DifferentiateNormsPass()(subject).modified
    assert nodes(subject)[-1] == "dx, dscale, dbias = BatchNormGrad(dy, x, scale, mean, inv, bias)"
    assert not any("BatchNormMaskGrad" in line for line in nodes(subject))
    assert not DifferentiateNormsPass()(subject).modified, "a second run changes nothing"


def test_gradient_of_a_norm_whose_mask_is_read_twice_keeps_its_mask():
    subject = model(NORM + "more = Neg(da)\n")
    RecomputePass()(subject)
    DifferentiateNormsPass()(subject)
    assert "dx, dscale, dbias = BatchNormGrad(da, x, scale, mean, inv)" in nodes(subject)
    assert sum("BatchNormMaskGrad" in line for line in nodes(subject)) == 1


def test_only_the_forms_asked_for():
    plan = make_recomputations(model(NORM), Config(only=frozenset({"bitmap"})))
    assert not plan.values
    assert not plan.masks
    subject = model(NORM)
    assert HoldBitmapsPass()(subject).modified


def test_a_mask_reads_the_input_of_the_norm_that_is_computed_again_for_its_gradient():
    subject = model(NORM)
    RecomputePass(make_recomputations(subject, Config(exchange=1e6)))(subject)
    assert DifferentiateNormsPass()(subject).modified
    assert nodes(subject)[-3:] == [
        "data.late.1 = Barrier(data, dy)",
        "x.again.1 = Conv(data.late.1, w)",
        "dx, dscale, dbias = BatchNormGrad(dy, x.again.1, scale, mean, inv, bias)",
    ]
    assert is_sorted(subject)


def test_the_first_stashes_are_planned_by_the_next_exchange():
    def computed(**asked):
        return [each.stash for each in make_recomputations(model(NORM), Config(**asked)).values]

    exchanges = [1e9 * EXCHANGE_STEP**step for step in range(40)]
    few, many = next(
        (dear, cheap)
        for dear, cheap in itertools.pairwise(exchanges)
        if len(computed(exchange=dear)) < len(computed(exchange=cheap))
    )
    assert len(computed(exchange=few, early=0)) < len(computed(exchange=few, early=9))
    assert len(computed(exchange=few, early=9)) == len(computed(exchange=many))
