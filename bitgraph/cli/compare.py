"""``bitgraph compare``: runs two graphs on the same data and measures both."""

import json
import pathlib
from typing import TYPE_CHECKING

import click

from bitgraph.cli import options
from bitgraph.cli.progress import Progress

if TYPE_CHECKING:
    from bitgraph.measure import Comparison

_MIB = 2**20

_EPILOG = """\b
Example:
  bitgraph compare artifacts/ optimized/ --batch 32
"""


@click.command("compare", epilog=_EPILOG)
@click.argument("stock", type=options.PATH)
@click.argument("optimized", type=options.PATH)
@click.option("--data", type=options.PATH, metavar="NPZ", help="Arrays named like the data inputs.")
@options.batch
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Steps whose bits count.")
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    stock: pathlib.Path,
    optimized: pathlib.Path,
    data: pathlib.Path | None,
    batch: int | None,
    steps: int | None,
    as_json: bool,
) -> None:
    """Run two training graphs on the same data: bits, peak memory, resident memory, time.

    Exit status 1 when a loss, a gradient or an updated parameter differs in one bit.
    """
    from bitgraph.measure import compare

    with Progress() as progress:
        found = compare(stock, optimized, data=data, batch=batch, steps=steps, progress=progress)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        _print(found)
    ctx.exit(0 if found.identical else 1)


def _print(found: "Comparison") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"one step, batch {found.batch}")
    for heading in ("stock", "optimized", "ratio"):
        table.add_column(heading, justify="right")
    stock, after = found.stock, found.optimized
    table.add_row("peak, MiB", *_mib(stock.peak_bytes, after.peak_bytes, found.peak_ratio))
    table.add_row("resident, MiB", *_mib(stock.rss_bytes, after.rss_bytes, found.rss_ratio))
    for name, one, other, ratio in (
        ("time, ms", stock.step_seconds, after.step_seconds, found.time_ratio),
        (
            "time, 1 thread, ms",
            stock.step_seconds_1_thread,
            after.step_seconds_1_thread,
            found.time_ratio_1_thread,
        ),
    ):
        table.add_row(name, f"{one * 1e3:.1f}", f"{other * 1e3:.1f}", _ratio(ratio))
    console = Console(highlight=False)
    console.print(table)
    if found.identical:
        console.print(f"identical: yes (loss, gradients, parameters of {found.steps} steps)")
    else:
        console.print(f"identical: NO: {found.first_difference}", markup=False)


def _mib(stock: int | None, optimized: int | None, ratio: float | None) -> tuple[str, str, str]:
    if stock is None or optimized is None:
        return "not measured here", "not measured here", ""
    return f"{stock / _MIB:.1f}", f"{optimized / _MIB:.1f}", _ratio(ratio)


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.3f}"
