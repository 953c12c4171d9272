"""What batch normalization in training mode makes of its input, step by step as the runtime does it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.errors import BadInputError

Floats = npt.NDArray[np.float32]

_QUIET = np.uint32(0x00400000)


def normalized(op: str, x: Floats, scale: Floats, bias: Floats, mean: Floats, inv_std: Floats) -> Floats:
    """Return ``x * factor + offset`` for each channel, every step rounded to float32.

    factor is ``scale * inv_std``, offset is ``bias - mean * factor``.

    Raises:
        BadInputError: ``x`` has no channels, or a vector has not one element for each of them.
    """
    check_channels(op, x, {"scale": scale, "bias": bias, "mean": mean, "inv_std": inv_std})
    factor = product(scale, inv_std)
    offset = _step(np.subtract, bias, product(mean, factor))
    vector = (1, -1) + (1,) * (x.ndim - 2)
    return _step(np.add, product(x, factor.reshape(vector)), offset.reshape(vector))


def clipped(y: Floats, low: float, high: float) -> Floats:
    """Return ``y`` as ReLU (0, infinity) and Clip give it: NaN passes, and -0 where +0 is the bound."""
    lows, highs = np.float32(low), np.float32(high)
    above = np.where(y < lows, lows, y)
    return np.asarray(np.where(above > highs, highs, above), np.float32)


def masked(op: str, activation: str, dy: Floats, y: Floats, low: float, high: float) -> Floats:
    """Return the gradient of ``relu`` or ``clip`` at ``y``: a choice of bits, or a product with 0 and 1."""
    if activation == "relu":
        bits = np.where(y > 0, np.ascontiguousarray(dy).view(np.uint32), np.uint32(0))
        return bits.view(np.float32)
    if activation == "clip":
        inside = (y >= np.float32(low)) & (y <= np.float32(high))
        return product(dy, inside.astype(np.float32))
    raise BadInputError(f"{op}: activation '{activation}' is not known; use 'relu' or 'clip'")


def check_gradient(op: str, dy: Floats, x: Floats) -> None:
    """Raise BadInputError if the two shapes are not one."""
    if dy.shape != x.shape:
        raise BadInputError(f"{op}: dY has shape {dy.shape}, X has shape {x.shape}")


def product(a: Floats, b: Floats) -> Floats:
    """Return ``a * b`` with the NaN that x86 gives: the first operand that is one, made quiet."""
    return _step(np.multiply, a, b)


def _step(operation: Callable[..., Any], a: Floats, b: Floats) -> Floats:
    # NaN and infinity among activations are data here, not accidents to warn about.
    with np.errstate(invalid="ignore", over="ignore"):
        result = operation(a, b)
    for operand in (b, a):
        result = np.where(np.isnan(operand), _quiet(operand), result)
    return np.asarray(result, np.float32)


def _quiet(x: Floats) -> Floats:
    quiet: Floats = (np.ascontiguousarray(x).view(np.uint32) | _QUIET).view(np.float32)
    return quiet


def check_channels(op: str, x: Floats, vectors: dict[str, Floats]) -> None:
    """Raise BadInputError if ``x`` has no channels, or a vector has not one element for each."""
    if x.ndim < 2:
        raise BadInputError(f"{op}: X has rank {x.ndim}, at least 2 is needed")
    for name, vector in vectors.items():
        if vector.shape != x.shape[1:2]:
            raise BadInputError(
                f"{op}: {name} has rank {vector.ndim} and {vector.size} elements, X has {x.shape[1]} channels"
            )
