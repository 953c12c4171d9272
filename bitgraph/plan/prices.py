"""What it costs to hold a stash that a reader needs in full: bytes between the passes, and seconds."""

import dataclasses

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.sizes import CODED_FRACTION, HEADER_BYTES
from bitgraph.graph.step import Step
from bitgraph.plan.plan import Price
from bitgraph.plan.zeros import expected_zeros

MIN_ZEROS = 0.2
"""A bitmap is worth its two trips through memory from this fraction of zeros on."""


def ways_to_hold(value: ir.Value, step: Step, config: Config) -> list[Price]:
    """Return the forms that give every value of ``value`` back: dense; bitmap where it has zeros; coded."""
    dense = step.sizes.nbytes(value)
    zeros = expected_zeros(value, step.profile)
    ways = [Price("keep", dense, 0.0, zeros)]
    if zeros >= MIN_ZEROS and "bitmap" in config.only:
        packed = HEADER_BYTES + (step.sizes.elements(value) + 7) // 8 + round(dense * (1.0 - zeros))
        ways.append(Price("bitmap", packed, step.costs.two_trips(dense + packed), zeros))
    if step.sizes.dtype(value) == ir.DataType.FLOAT and "coded" in config.only:
        packed = HEADER_BYTES + round(CODED_FRACTION * dense)
        ways.append(Price("coded", packed, step.costs.coding_seconds(value, packed), zeros))
    return ways


def cheapest(ways: list[Price], config: Config) -> Price:
    """Return the price that is lowest, the seconds of coding aside where the config says so."""

    def total(price: Price) -> float:
        if config.code and price.encoding == "coded":
            price = dataclasses.replace(price, seconds=0.0)
        return price.total(config.second_in_bytes)

    return min(ways, key=total)


def cheapest_held(value: ir.Value, step: Step, config: Config) -> Price:
    """Return the cheapest of the forms that ``value`` can be held in."""
    return cheapest(ways_to_hold(value, step, config), config)
