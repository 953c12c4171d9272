"""The operators that a program may consist of: one table for the climb, the text and its reader."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

from bitgraph import domain

MAX_ARGUMENTS = 8
"""What the library takes of a variadic operator."""

Role = Literal["rows", "held", "whole", "either"]
"""How an operator takes an input; ``either`` is rows, or one number for all of them."""


@dataclasses.dataclass(frozen=True)
class Operator:
    """One operator.

    Attributes:
        domain: Where it comes from; the text does not say it.
        inputs: How each input is taken.
        required: How many of them there must be.
        outputs: How many there may be.
        variadic: Whether the last input may be there any number of times.
    """

    domain: str
    inputs: tuple[Role, ...]
    required: int
    outputs: int = 1
    variadic: bool = False

    def role(self, index: int) -> Role | None:
        """Return how input number ``index`` is taken; None if there is none."""
        if index < len(self.inputs):
            return self.inputs[index]
        return self.inputs[-1] if self.variadic and index < MAX_ARGUMENTS else None


def _elementwise(*inputs: Role) -> Operator:
    return Operator("", inputs, len(inputs))


OPERATORS: Mapping[str, Operator] = {
    domain.BITMAP_UNPACK: Operator(domain.DOMAIN, ("held",), 1),
    domain.MASK_PACK: Operator(domain.DOMAIN, ("rows", "whole", "whole"), 1),
    domain.BATCH_NORM_RECOMPUTE: Operator(domain.DOMAIN, ("rows", "whole", "whole", "whole", "whole"), 5),
    "Conv": Operator("", ("rows", "whole", "whole"), 2),
    "Concat": Operator("", ("rows",), 1, variadic=True),
    "Clip": Operator("", ("rows", "whole", "whole"), 1),
    "Relu": _elementwise("rows"),
    "Sigmoid": _elementwise("rows"),
    "HardSigmoid": _elementwise("rows"),
    "HardSwish": _elementwise("rows"),
    "Tanh": _elementwise("rows"),
    "Add": _elementwise("either", "either"),
    "Sub": _elementwise("either", "either"),
    "Mul": _elementwise("either", "either"),
    "Div": _elementwise("either", "either"),
    "ConvGrad": Operator("com.microsoft", ("rows", "rows", "whole"), 3, outputs=3),
    domain.BATCH_NORM_GRAD: Operator(
        domain.DOMAIN, ("rows", "rows", "whole", "whole", "whole", "whole"), 5, outputs=3
    ),
}
"""By name: what restores or repeats a stash, what holds one, and the gradients that read it."""
