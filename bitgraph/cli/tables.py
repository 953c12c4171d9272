"""Tables and sizes as the commands print them."""

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_MIB = 1024 * 1024


def mib(size: int | None) -> str:
    """Give a size in MiB, with the digits that matter, or a dash."""
    if size is None:
        return "-"
    return f"{size / _MIB:.1f}" if size >= _MIB // 10 or size == 0 else f"{size / _MIB:.4f}"


def ratio(value: float | None) -> str:
    """Give a ratio with two digits, or a dash."""
    return "-" if value is None else f"{value:.2f}"


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """Give an empty table with these columns; those in ``numbers`` are aligned to the right."""
    result = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        if name in numbers:
            result.add_column(name, justify="right", no_wrap=True)
        else:
            result.add_column(name, overflow="fold")
    return result


def print_table(content: Table) -> None:
    """Print within the terminal's width; in full width, without colour, when it is no terminal."""
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        # Whoever reads a pipe or a file wants one row a line.
        widest = console.options.update(max_width=100_000, width=100_000)
        console.width = Measurement.get(console, widest, content).maximum + 1
    console.print(content, markup=False)
