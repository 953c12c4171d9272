"""Tables and sizes as the commands print them."""

import os
import sys

from rich.box import ASCII2, SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from bitgraph.mebibytes import mebibytes


def mib(size: int | None) -> str:
    """Give a size in MiB, with the digits that matter, or a dash."""
    return "-" if size is None else mebibytes(size)


def ratio(value: float | None) -> str:
    """Give a ratio with two digits, or a dash."""
    return "-" if value is None else f"{value:.2f}"


def writable(text: str, instead: str) -> str:
    """Give ``text`` if stdout can say it, else ``instead``."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return instead
    return text


def terminal() -> Console:
    """Give stdout; without color where it is no terminal, or NO_COLOR is set to anything."""
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(file=sys.stdout, highlight=False, color_system=None if plain else "auto")


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """Give an empty table with these columns; those in ``numbers`` are aligned to the right."""
    box = SIMPLE_HEAD if writable("─", "") else ASCII2
    result = Table(box=box, pad_edge=False, show_edge=False)
    for name in columns:
        if name in numbers:
            result.add_column(name, justify="right", no_wrap=True)
        else:
            result.add_column(name, overflow="fold")
    return result


def print_table(content: Table) -> None:
    """Print within the terminal's width; in full width, without color, when it is no terminal."""
    console = terminal()
    if not console.is_terminal:
        # Whoever reads a pipe or a file wants one row a line.
        widest = console.options.update(max_width=100_000, width=100_000)
        console.width = Measurement.get(console, widest, content).maximum + 1
    console.print(content, markup=False)


def print_line(text: str, style: str) -> None:
    """Print a line in a style, where there is color."""
    terminal().print(Text(text, style=style), soft_wrap=True)
