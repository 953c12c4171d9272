"""What a user may ask of the peak: a number of bytes, a share of stock's peak, or the smallest there is."""

import dataclasses
import re

from bitgraph.errors import BadInputError

_UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?i?b?)", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_FACTOR = re.compile(r"(\d+(?:\.\d+)?)\s*x?", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Budget:
    """A limit on the predicted peak of a step.

    Attributes:
        nbytes: Bytes; None for a share or the smallest.
        share: Fraction of the stock graph's peak; None for bytes or the smallest.
    """

    nbytes: int | None = None
    share: float | None = None

    @property
    def smallest(self) -> bool:
        """Whether the smallest peak that can be reached is asked for."""
        return self.nbytes is None and self.share is None

    def limit(self, stock: int) -> int:
        """Return the limit in bytes for a graph whose peak is ``stock``; 0 for the smallest."""
        if self.share is not None:
            return int(stock * self.share)
        return self.nbytes or 0

    def __str__(self) -> str:
        """Give the text that ``parse_budget`` reads it from."""
        if self.share is not None:
            return f"{self.share * 100:.15g}%"
        return "min" if self.nbytes is None else f"{self.nbytes}B"


def parse_budget(text: str) -> Budget:
    """Read ``64MiB``, ``40%`` or ``min``.

    Raises:
        BadInputError: When ``text`` is none of them.
    """
    words = text.strip()
    if words.lower() == "min":
        return Budget()
    if match := _SHARE.fullmatch(words):
        return Budget(share=float(match[1]) / 100.0)
    if (match := _SIZE.fullmatch(words)) and match[2].lower() in _UNITS:
        nbytes = int(float(match[1]) * _UNITS[match[2].lower()])
        if nbytes > 0:
            return Budget(nbytes=nbytes)
    raise BadInputError(f"--budget is '{text}'; it takes a size (64MiB), a share of the peak (40%) or min")


def parse_time_limit(text: str) -> float:
    """Read ``1.1x``: how many times the stock step's time.

    Raises:
        BadInputError: When ``text`` is no such factor.
    """
    match = _FACTOR.fullmatch(text.strip())
    if match is None or float(match[1]) <= 0:
        raise BadInputError(f"--time-limit is '{text}'; it takes a factor of the stock step's time (1.1x)")
    return float(match[1])
