"""The rates at which the planner predicts of the kernels what they took."""

import dataclasses
import math
from collections.abc import Mapping, Sequence

import onnx.parser
import onnx_ir as ir

from bitgraph.calibration.kernels import (
    CONVOLUTIONS,
    DEPTHWISE,
    FUNCTIONS,
    LONG,
    MATRICES,
    MOVING,
    SHORT,
    Kernel,
)
from bitgraph.config import Config
from bitgraph.graph.costs import Costs
from bitgraph.graph.sizes import Sizes
from bitgraph.rates import DEFAULT_RATES, Rates

_LEAST_PART = 0.05
"""Of a kernel's time, what its own rate decides; less cannot be told from noise."""

_DECIDED: dict[str, Sequence[Kernel]] = {
    "bytes_per_second": MOVING,
    "elements_per_second": FUNCTIONS,
    "conv_flops_per_second": CONVOLUTIONS,
    "depthwise_flops_per_second": DEPTHWISE,
    "matmul_flops_per_second": MATRICES,
}
"""Which kernels decide a rate; each only uses, beside it, rates that stand above."""


def solve_rates(seconds: Mapping[Kernel, float]) -> Rates:
    """Return the rates at which each group of kernels is predicted to take what it took.

    Args:
        seconds: What each kernel of ``bitgraph.calibration.kernels`` takes.
    """
    models = {kernel: ir.from_proto(onnx.parser.parse_model(kernel.text)) for kernel in seconds}
    chain = max(seconds[LONG] - seconds[SHORT], 0.01 * seconds[LONG])
    nodes = len(models[LONG].graph) - len(models[SHORT].graph)
    rates = dataclasses.replace(DEFAULT_RATES, node_seconds=chain / nodes)
    for rate, kernels in _DECIDED.items():
        taken = sum(seconds[kernel] for kernel in kernels)
        group = [models[kernel] for kernel in kernels]
        # What is predicted is in inverse proportion to the rate, but for a part that is not.
        rest = _predicted(group, dataclasses.replace(rates, **{rate: math.inf}))
        work = _predicted(group, dataclasses.replace(rates, **{rate: 1.0})) - rest
        rates = dataclasses.replace(rates, **{rate: work / max(taken - rest, _LEAST_PART * taken)})
    return rates


def _predicted(models: Sequence[ir.Model], rates: Rates) -> float:
    return sum(Costs(Sizes(model), Config(rates=rates)).step_seconds(model.graph) for model in models)
