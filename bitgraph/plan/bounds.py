"""The bounds of a Clip, where the graph says them as numbers."""

import math

import onnx_ir as ir


def is_number(bound: ir.Value | None) -> bool:
    """Whether ``bound`` is absent or one number that is in the file."""
    return bound is None or (bound.const_value is not None and bound.const_value.size == 1)


def low_of(bound: ir.Value | None, absent: float = -math.inf) -> float:
    """Return the lower bound, or ``absent``."""
    return _number(bound, absent)


def high_of(bound: ir.Value | None, absent: float = math.inf) -> float:
    """Return the upper bound, or ``absent``."""
    return _number(bound, absent)


def _number(bound: ir.Value | None, absent: float) -> float:
    if bound is None or bound.const_value is None:
        return absent
    return float(bound.const_value.numpy().reshape(-1)[0])
