"""What a node costs: predicted from rates, or as measured in a profile."""

import dataclasses
import math

import pytest
from bitgraph.passes import RecomputePass
from graphs import graph
from profiles import BATCH, DENSE, relu_graph, relu_profile

from bitgraph import Config
from bitgraph.domain import REPEATS_KEY
from bitgraph.graph.costs import ELEMENT_COSTS, Costs
from bitgraph.graph.fitted_rates import fit_rates
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.recomputations import make_recomputations
from bitgraph.profiling.profile import NodeProfile
from bitgraph.rates import DEFAULT_RATES, Rates
from bitgraph.search import Search

RATES = Rates(
    bytes_per_second=1e9,
    conv_flops_per_second=2e9,
    depthwise_flops_per_second=3e9,
    matmul_flops_per_second=5e9,
    elements_per_second=7e9,
    node_seconds=0.5,
)
INPUTS = "float[2, 4, 8, 8] x, float[16, 4, 3, 3] w, float[4, 1, 3, 3] d, float[32, 6] a, float[32, 10] b"
PIXELS = 2 * 8 * 8


def convolution(weights, groups, flops_per_second):
    """Seconds of the products of two images: multiply-adds, the weight that each reads, and the calls."""
    return 2 * weights * PIXELS / flops_per_second + 2 * (2 * weights + groups * 2000) / 1e9


PREDICTED = {
    # name: (a node, its seconds beside those of any node)
    "moves": ("z = Neg(x)", 2 * 4 * 4 * PIXELS / 1e9),
    "adds": ("z = Add(x, x)", 3 * 4 * 4 * PIXELS / 1e9),
    "view": ("z = Flatten(x)", 0.0),
    "function": ("z = Erf(x)", 2 * 4 * 4 * PIXELS / 1e9 + ELEMENT_COSTS["Erf"] * 4 * PIXELS / 7e9),
    "convolution": ("z = Conv <pads = [1, 1, 1, 1]> (x, w)", convolution(16 * 36, 1, 2e9)),
    "its gradient": ("z, dw = com.microsoft.ConvGrad (y, x, w)", 2.4 * convolution(16 * 36, 1, 2e9)),
    "depthwise": (
        "z = Conv <pads = [1, 1, 1, 1], group = 4> (x, d)",
        convolution(4 * 9, 4, 3e9) + 2 * 4 * 60 * 9 * 8 / 1e9,
    ),
    "matrices": ("z = Gemm <transA = 1> (a, b)", 2 * 6 * 10 * 32 / 5e9),
}


@pytest.mark.parametrize(("body", "seconds"), PREDICTED.values(), ids=PREDICTED)
def test_predicted(body, seconds):
    model = graph(body, inputs=f"{INPUTS}, float[2, 16, 8, 8] y", outputs="float[] z")
    (node,) = model.graph
    assert Costs(Sizes(model), Config(rates=RATES)).seconds(node) == pytest.approx(0.5 + seconds, rel=1e-12)


def test_unknown_size_counts_nothing_in_a_step():
    model = graph(
        "y = Conv(x, w)\nz = Neg(x)", inputs="float[1, 1, 4, 4] x, float[a, b, c, d] w", outputs="float[] z"
    )
    model.graph.inputs[1].shape = None
    costs = Costs(Sizes(model), Config(rates=RATES))
    conv, neg = model.graph
    assert costs.seconds(conv) == math.inf
    assert costs.step_seconds(model.graph) == costs.seconds(neg)


def measured(**seconds):
    """Return the graph with its nodes named after their operators, and a profile that knows some of them."""
    model = relu_graph()
    for node in model.graph:
        node.name = node.op_type
    nodes = tuple(NodeProfile(name, name, taken) for name, taken in seconds.items())
    return model, dataclasses.replace(relu_profile(0.0), nodes=nodes)


def test_measured_counts_where_there_is_a_profile():
    model, profile = measured(Relu=0.25, Conv=4.0)
    predicted = Costs(Sizes(model), Config())
    costs = Costs(Sizes(model), Config(profile=profile))
    seconds = {node.op_type: costs.seconds(node) for node in model.graph}
    assert (seconds["Relu"], seconds["Conv"]) == (0.25, 4.0)
    assert seconds["ConvGrad"] == predicted.seconds(next(n for n in model.graph if n.op_type == "ConvGrad"))


def test_measured_step_is_the_sum():
    taken = dict.fromkeys([node.op_type for node in relu_graph().graph], 0.125)
    model, profile = measured(**taken)
    search = Search(model, Config(profile=profile))
    assert search.stock.seconds == 0.125 * len(taken)


def test_measured_in_proportion_to_the_batch():
    model, profile = measured(Relu=0.25)
    relu = next(node for node in model.graph if node.op_type == "Relu")
    for batch, seconds in {None: 0.25, BATCH: 0.25, 3 * BATCH: 0.75}.items():
        costs = Costs(Sizes(model, batch, profile.dims), Config(batch=batch, profile=profile))
        assert costs.seconds(relu) == seconds


def test_another_node_of_the_name_is_not_meant():
    model, profile = measured(Relu=0.25)
    fused = dataclasses.replace(profile, nodes=(NodeProfile("Relu", "FusedConv", 9.0),))
    twice = dataclasses.replace(profile, nodes=2 * profile.nodes)
    relu = next(node for node in model.graph if node.op_type == "Relu")
    for other in (fused, twice):
        assert Costs(Sizes(model), Config(profile=other)).seconds(relu) < 0.01


def test_repeated_node_costs_what_the_first_did():
    model, profile = measured(Neg=1e-6, Relu=2e-6)
    config = Config(profile=profile)
    again = make_recomputations(model, config)
    assert [value.seconds for value in again.values] == [3e-6]
    RecomputePass(again)(model)
    repeated = [node for node in model.graph if REPEATS_KEY in node.metadata_props]
    assert [node.op_type for node in repeated] == ["Neg", "Relu"]
    costs = Costs(Sizes(model), config)
    assert [costs.seconds(node) for node in repeated] == [1e-6, 2e-6]


def test_dear_node_is_not_repeated():
    assert make_recomputations(relu_graph()).values
    model, profile = measured(Relu=10.0)
    assert not make_recomputations(model, Config(profile=profile)).values


def test_plan_depends_on_ratios_of_rates_only():
    def decided(factor, **changes):
        rates = dataclasses.asdict(DEFAULT_RATES) | changes
        rates = {name: rate * factor for name, rate in rates.items()}
        rates["node_seconds"] /= factor**2
        again = make_recomputations(relu_graph(), Config(rates=Rates(**rates)))
        return [[node.op_type for node in value.nodes] for value in again.values]

    assert decided(1.0) == decided(64.0) == decided(1 / 64) == [["Neg", "Relu"]]
    assert decided(1.0, node_seconds=DENSE / 1e9) == []


def test_what_was_not_measured_is_as_far_off_as_what_was():
    model, profile = measured()
    costs = Costs(Sizes(model, BATCH, profile.dims), Config(batch=BATCH))
    slow = {n.op_type: 4 * (costs.predicted(n) - DEFAULT_RATES.node_seconds) + 2e-6 for n in model.graph}
    slow["Relu"] += 1.0
    model, profile = measured(**{name: slow[name] for name in ("Conv", "Neg")})
    sizes = Sizes(model, BATCH, profile.dims)
    rates = fit_rates(model, sizes, Config(batch=BATCH, profile=profile))
    assert rates.conv_flops_per_second == pytest.approx(DEFAULT_RATES.conv_flops_per_second / 4)
    assert rates.matmul_flops_per_second == DEFAULT_RATES.matmul_flops_per_second, "nothing measured"
    assert fit_rates(model, sizes, Config(batch=BATCH)) == DEFAULT_RATES
