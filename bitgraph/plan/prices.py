"""What it costs to hold a stash that a reader needs in full: bytes between the passes, and seconds."""

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.sizes import HEADER_BYTES
from bitgraph.graph.step import Step
from bitgraph.plan.plan import Price
from bitgraph.plan.zeros import expected_zeros

MIN_ZEROS = 0.2
"""A bitmap is worth its two trips through memory from this fraction of zeros on."""


def ways_to_hold(value: ir.Value, step: Step, config: Config) -> list[Price]:
    """Return the forms that give every value of ``value`` back: dense, and bitmap where it has zeros."""
    dense = step.sizes.nbytes(value)
    zeros = expected_zeros(value, step.profile)
    keep = Price("keep", dense, 0.0, zeros)
    if zeros < MIN_ZEROS or "bitmap" not in config.only:
        return [keep]
    packed = HEADER_BYTES + (step.sizes.elements(value) + 7) // 8 + round(dense * (1.0 - zeros))
    return [keep, Price("bitmap", packed, step.costs.two_trips(dense + packed), zeros)]


def cheapest_held(value: ir.Value, step: Step, config: Config) -> Price:
    """Return the cheaper of dense and bitmap for ``value``."""
    ways = ways_to_hold(value, step, config)
    return min(ways, key=lambda price: price.total(config.second_in_bytes))
