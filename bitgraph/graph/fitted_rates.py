"""The rates at which a profile's nodes take, in sum, as long as they took.

What a rewrite adds was not measured. Beside nodes that were, on so many threads and out of such caches as
there are, it is predicted as far off as those would be.
"""

import dataclasses
from collections import defaultdict

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.costs import Costs
from bitgraph.graph.sizes import Sizes
from bitgraph.rates import Rates

_LEAST_SECONDS = 1e-4
"""What less was measured of says nothing: a clock's ticks."""

_FURTHEST = 8.0
"""A rate is changed by no more, whatever was measured."""


def fit_rates(model: ir.Model, sizes: Sizes, config: Config) -> Rates:
    """Return the rates of ``config``, each by how much it is off for the nodes that its profile measured.

    Args:
        model: The graph that the profile is of.
        sizes: Of its tensors.
        config: The rates, and the profile if there is one.
    """
    if config.profile is None:
        return config.rates
    costs = Costs(sizes, config)
    predicted: defaultdict[str, float] = defaultdict(float)
    measured: defaultdict[str, float] = defaultdict(float)
    for node in model.graph:
        rate, seconds = costs.rate(node), costs.measured(node)
        work = costs.predicted(node) - config.rates.node_seconds
        if rate is not None and seconds is not None and 0.0 < work < float("inf"):
            predicted[rate] += work
            measured[rate] += max(seconds - config.rates.node_seconds, 0.0)
    factors = {
        rate: min(max(predicted[rate] / seconds, 1 / _FURTHEST), _FURTHEST)
        for rate, seconds in measured.items()
        if seconds >= _LEAST_SECONDS
    }
    if "bytes_per_second" in factors:  # A function is timed with what it moves.
        factors["elements_per_second"] = factors["bytes_per_second"]
    fitted = {rate: getattr(config.rates, rate) * factor for rate, factor in factors.items()}
    return dataclasses.replace(config.rates, **fitted)
