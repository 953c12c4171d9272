"""How many plans a search tries: fewer of a large graph, whose plans take longer to make and simulate."""

import dataclasses

from bitgraph.config import DEFAULT_EXCHANGE, EXCHANGE_STEP

EXCHANGES = tuple(DEFAULT_EXCHANGE * EXCHANGE_STEP**step for step in range(-2, 8))
"""Bytes a second, dearest first: from where only what costs nothing is computed again to where all is."""

WINDOWS = (0, 64)
"""Nodes of the step within which repetitions share: none, or about those of one layer's gradient."""

SEARCHED_NODES = 2200
"""Larger graphs get one plan unless a budget is asked for."""

_FULL_NODES = 1000


@dataclasses.dataclass(frozen=True)
class Effort:
    """What a search goes through.

    Attributes:
        exchanges: The exchanges of bytes for seconds, each with all windows.
        halvings: How often the step between two exchanges is halved.
        coded_eighths: Parts of the stashes, the first of the forward pass, that are tried coded.
    """

    exchanges: tuple[float, ...]
    halvings: int
    coded_eighths: tuple[int, ...]

    @property
    def most(self) -> int:
        """The most plans that are made for the smallest peak."""
        return len(self.exchanges) * len(WINDOWS) + 2 * self.halvings + len(self.coded_eighths)


_FULL = Effort(EXCHANGES, 4, (8, 7, 6, 5, 4))
_HALF = Effort(EXCHANGES[::2], 2, (8, 6))


def effort_for(nodes: int) -> Effort:
    """Return what to go through for a graph of so many nodes."""
    return _FULL if nodes <= _FULL_NODES else _HALF
