"""Rates that were measured, and where and when."""

import dataclasses
from typing import Any

from bitgraph.rates import Rates

FORMAT = "bitgraph rates"
VERSION = 1
"""Version of the file's layout: fields may be added to it, and a change of one makes the next."""


@dataclasses.dataclass(frozen=True)
class Calibration:
    """One measurement.

    Attributes:
        processor: The name of the processor, which the rates are for.
        date: The day, as in ``2026-01-31``.
        rates: How fast it is.
    """

    processor: str
    date: str
    rates: Rates

    def to_json(self) -> dict[str, Any]:
        """Return the calibration as plain data; the keys are stable."""
        return {"format": FORMAT, "version": VERSION, **dataclasses.asdict(self)}
