"""Memory over a step in one line of text."""

from collections.abc import Sequence

from bitgraph.cli.tables import terminal, writable

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = ".:-=+*#@"
_BESIDE = 30
"""Columns that the name and the number beside it take."""

_WIDEST = 64


def sparkline(values: Sequence[int], highest: int) -> str:
    """Draw ``values`` in as many columns as the terminal has room for.

    A column shows the highest of the values that fall into it, so that no peak is lost.

    Args:
        values: Bytes, none of them negative.
        highest: What a full block stands for.
    """
    levels = writable(_BLOCKS, _ASCII)
    columns = max(1, min(_WIDEST, terminal().width - _BESIDE, len(values)))
    drawn = []
    for column in range(columns):
        start, end = column * len(values) // columns, (column + 1) * len(values) // columns
        value = max(values[start:end], default=0)
        drawn.append(levels[min(len(levels) - 1, value * len(levels) // max(highest, 1))])
    return "".join(drawn)
