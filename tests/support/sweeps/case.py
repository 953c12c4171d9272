"""One case, and what its results have to be like."""

import abc
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from held_values import SPECIAL_BITS
from laws import assert_same_bits
from onnx import TensorProto

Floats = npt.NDArray[np.float32]
Draw = Callable[[np.random.Generator], "Case"]

MOST_ELEMENTS = 1 << 18
"""Of a tensor: a case takes some milliseconds."""

THREADS = (1, 2, 4)

Values = Literal["ordinary", "special", "with NaNs"]
"""Special ones are infinity, -0, denormals and the largest."""

SPECIALS: Floats = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)


@dataclasses.dataclass(frozen=True)
class Case(abc.ABC):
    """What was drawn; its text is enough to make it again."""

    @abc.abstractmethod
    def check(self) -> None:
        """Raise AssertionError if a bit differs that must not."""


def check(kinds: Mapping[str, Draw], kind: str, seed: int) -> str | None:
    """Return what is wrong with the case of ``kind`` that ``seed`` gives, in one line; None for nothing."""
    case = kinds[kind](np.random.default_rng(seed))
    try:
        case.check()
    except Exception as error:  # ONNX Runtime raises types of its own for each of its statuses
        return f"{case}: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return None


def assert_same(ours: Sequence[Floats], stock: Sequence[Floats], *, any_nan: bool = False) -> None:
    """Results agree in every bit; with ``any_nan`` a NaN may be another NaN."""
    for found, expected in zip(ours, stock, strict=True):
        if any_nan:
            nans = np.isnan(expected)
            np.testing.assert_array_equal(np.isnan(found), nans)
            assert_same_bits(np.where(nans, 0, found), np.where(nans, 0, expected))
        else:
            assert_same_bits(found, expected)


def sprinkle(rng: np.random.Generator, x: Floats, share: float, values: Values) -> Floats:
    """Return ``x`` with about that share of it replaced by special values."""
    if values == "ordinary":
        return x
    found = SPECIALS if values == "with NaNs" else SPECIALS[~np.isnan(SPECIALS)]
    return np.where(rng.random(x.shape) < share, rng.choice(found, x.shape), x)


def draw_values(rng: np.random.Generator) -> Values:
    """Return what is among the values."""
    return ("ordinary", "ordinary", "special", "with NaNs")[int(rng.integers(4))]


def draw_size(rng: np.random.Generator, most: int) -> int:
    """Return a size of 1 to ``most``, small ones as likely as large ones."""
    return int(np.clip(round(2 ** rng.uniform(0, np.log2(most))), 1, most))


def draw_dims(rng: np.random.Generator, axes: int, elements: int) -> tuple[int, ...]:
    """Return dims of together at most ``elements``, the last axis mostly the longest."""
    dims: list[int] = []
    for axis in range(axes, 0, -1):
        left = max(1, elements // int(np.prod(dims, dtype=int)))
        dims.insert(0, draw_size(rng, max(1, min(300, round(left ** (1 / axis))))))
    return tuple(dims)
