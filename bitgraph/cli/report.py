"""Prints a report as a table and one summary line."""

import collections
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

_MIB = 2**20
_PIPE_WIDTH = 250


def print_report(report: dict[str, Any]) -> None:
    """Print the stashes and the predicted peaks of ``report`` (its JSON form)."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH  # whoever reads a pipe or a file wants one row a line
    if report["stashes"]:
        console.print(_table(report["stashes"]))
    for note in report["notes"]:
        console.print(note, markup=False)
    console.print(summary(report), markup=False)


def summary(report: dict[str, Any]) -> str:
    """Return one line: the predicted peaks, and how many stashes are held as what."""
    before, after = report["peak"]["before"], report["peak"]["after"]
    ratio = f" ({after / before:.2f})" if before else ""
    count = collections.Counter(
        "kept" if stash["encoding"] == "keep" else stash["encoding"] for stash in report["stashes"]
    )
    held = ", ".join(f"{number} {name}" for name, number in count.most_common())
    line = f"predicted peak {before / _MIB:.1f} -> {after / _MIB:.1f} MiB{ratio}"
    line += f", {len(report['stashes'])} stashes: {held}" if held else ""
    return line + (f"; written to {report['output']}" if report["output"] else "")


def _table(stashes: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("stash", overflow="fold")
    for heading in ("made by", "shape"):
        table.add_column(heading, overflow="fold")
    table.add_column("MiB", justify="right", no_wrap=True)
    table.add_column("held as", no_wrap=True)
    table.add_column("MiB", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for stash in stashes:
        shape = "?" if stash["shape"] is None else "x".join(str(dim) for dim in stash["shape"])
        table.add_row(
            stash["name"],
            stash["op_type"],
            shape,
            f"{stash['dense_bytes'] / _MIB:.2f}",
            stash["encoding"],
            f"{stash['expected_bytes'] / _MIB:.2f}",
            stash["reason"],
        )
    return table
