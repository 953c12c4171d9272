"""Rates out of what kernels took: those at which the planner predicts just that."""

import dataclasses

import onnx.parser
import onnx_ir as ir
import pytest

from bitgraph import Config
from bitgraph.calibration.kernels import (
    CONVOLUTIONS,
    DEPTHWISE,
    FUNCTIONS,
    LONG,
    MATRICES,
    MOVING,
    SHORT,
)
from bitgraph.calibration.solving import solve_rates
from bitgraph.graph.costs import Costs
from bitgraph.graph.sizes import Sizes
from bitgraph.rates import DEFAULT_RATES, Rates

KERNELS = [*MOVING, *FUNCTIONS, *CONVOLUTIONS, *DEPTHWISE, *MATRICES, SHORT, LONG]
SLOW = Rates(5e9, 10e9, 2e9, 7e9, 0.3e9, 9e-6)


def predicted(kernel, rates):
    model = ir.from_proto(onnx.parser.parse_model(kernel.text))
    return Costs(Sizes(model), Config(rates=rates)).step_seconds(model.graph)


@pytest.mark.parametrize("rates", [DEFAULT_RATES, SLOW], ids=["default", "slow"])
def test_what_was_predicted_gives_the_rates_back(rates):
    found = solve_rates({kernel: predicted(kernel, rates) for kernel in KERNELS})
    # A node of the chain moves eight bytes as well, which count as its own time.
    assert dataclasses.astuple(found) == pytest.approx(dataclasses.astuple(rates), rel=1e-3)


def test_a_kernel_that_takes_nothing_of_its_own_has_a_rate():
    seconds = {kernel: predicted(kernel, DEFAULT_RATES) for kernel in KERNELS}
    seconds |= dict.fromkeys(DEPTHWISE, 1e-06)
    assert 0 < solve_rates(seconds).depthwise_flops_per_second < float("inf")
