"""What it costs to hold a stash that a reader needs in full: bytes between the passes, and seconds."""

import dataclasses

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.sizes import HEADER_BYTES
from bitgraph.graph.step import Step
from bitgraph.plan.plan import Encoding
from bitgraph.plan.zeros import expected_zeros

MIN_ZEROS = 0.2
"""A bitmap is worth its two trips through memory from this fraction of zeros on."""


@dataclasses.dataclass(frozen=True)
class Price:
    """A way to hold a stash.

    Attributes:
        encoding: The form: keep (dense) or bitmap.
        nbytes: Bytes held between the passes.
        seconds: Time that packing and unpacking take.
        zeros: Fraction of zeros that this counts on.
    """

    encoding: Encoding
    nbytes: int
    seconds: float
    zeros: float

    def total(self, second: float) -> float:
        """Return bytes, with a second worth ``second`` of them."""
        return self.nbytes + second * self.seconds


def cheapest_held(value: ir.Value, step: Step, config: Config) -> Price:
    """Return the cheaper of dense and bitmap for ``value``."""
    dense = step.sizes.nbytes(value)
    zeros = expected_zeros(value, step.profile)
    keep = Price("keep", dense, 0.0, zeros)
    if zeros < MIN_ZEROS or "bitmap" not in config.only:
        return keep
    packed = HEADER_BYTES + (step.sizes.elements(value) + 7) // 8 + round(dense * (1.0 - zeros))
    bitmap = Price("bitmap", packed, step.costs.two_trips(dense + packed), zeros)
    return min(keep, bitmap, key=lambda price: price.total(config.second_in_bytes))
