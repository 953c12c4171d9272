"""The part of a page that its scripts draw from, small enough for graphs of any length."""

import itertools
from collections.abc import Iterable
from typing import Any

from bitgraph.pictures.memory import Memory
from bitgraph.pictures.page import Page
from bitgraph.pictures.words import budget

_NAME_BYTES = 600_000
"""What all names together may take; in a larger graph each is cut in its middle."""

_SHORTEST = 24


class Names:
    """Names by number, each of them once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Return the number of ``name``."""
        return self._numbers.setdefault(name, len(self._numbers))

    def shortened(self) -> list[str]:
        """Return all names in their order, cut to what there is room for."""
        room = max(_SHORTEST, _NAME_BYTES // max(len(self._numbers), 1))
        return [cut(name, room) for name in self._numbers]


def payload(page: Page) -> dict[str, Any]:
    """Return what the scripts of ``page`` read."""
    names = Names()
    charts = [_chart(memory, names) for memory in page.memory]
    return {
        "names": names.shortened(),
        "charts": charts,
        "front": [[point.time_ratio, point.peak_bytes, budget(point)] for point in page.front],
        "stock": [1.0, page.memory[0].peak],
        "chosen": [page.chosen.time_ratio, page.chosen.peak_bytes],
        "measured": page.measured and [page.measured.time_ratio, page.measured.peak_bytes],
    }


def _chart(memory: Memory, names: Names) -> dict[str, Any]:
    return {
        "title": memory.title,
        "nodes": [names.number(name) for name, _ in memory.nodes],
        "operators": [names.number(op_type) for _, op_type in memory.nodes],
        "forward": memory.forward,
        "bands": [
            {"name": names.number(band.name), "kind": band.kind, "live": _runs(band.live)}
            for band in memory.bands
        ],
        "tensors": [
            [names.number(each.name), each.others, each.nbytes, each.born, each.dies, each.band]
            for each in memory.tensors
        ],
        "leftOut": memory.left_out,
        "measured": None if memory.measured is None else _runs(memory.measured),
        "measuredPeak": memory.measured_peak,
    }


def _runs(values: Iterable[int | None]) -> list[int | None]:
    """How often and what, in turns."""
    return [part for value, same in itertools.groupby(values) for part in (len(list(same)), value)]


def cut(name: str, room: int) -> str:
    """Return ``name`` with its middle left out where it is longer than ``room``."""
    if len(name) <= room:
        return name
    front = (room - 1) // 3
    return f"{name[:front]}…{name[len(name) - (room - 1 - front) :]}"
