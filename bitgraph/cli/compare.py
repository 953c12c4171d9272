"""``bitgraph compare``: runs two training graphs side by side and measures both."""

import json
import pathlib

import click

from bitgraph.cli import options
from bitgraph.cli.pictures import write_comparison
from bitgraph.cli.progress import Progress
from bitgraph.cli.sparkline import sparkline
from bitgraph.cli.tables import mib, print_line, print_table, ratio, table
from bitgraph.measure import Comparison, Measured, compare
from bitgraph.pictures.writing import check_page_out

_EPILOG = """\b
Example:
  bitgraph compare artifacts/ optimized/ --batch 32
"""
_BROKEN_PROMISE = 1


@click.command("compare", epilog=_EPILOG)
@click.argument("stock", type=options.PATH)
@click.argument("optimized", type=options.PATH)
@options.data
@options.batch
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Steps to compare.")
@options.html
@options.quiet
@options.config
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    stock: pathlib.Path,
    optimized: pathlib.Path,
    data: pathlib.Path | None,
    batch: int | None,
    steps: int | None,
    page: pathlib.Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run two graphs on the same data: bits, peak memory, time.

    Loss, every gradient and every updated parameter are compared bit by bit. Each measurement is
    made in a process of its own. Exit status 1 if there is a difference.
    """
    if page is not None:
        check_page_out(page)
    with Progress(quiet) as progress:
        traced = page is not None
        result = compare(
            stock, optimized, data=data, batch=batch, steps=steps, traced=traced, progress=progress
        )
        if page is not None:
            write_comparison((stock, optimized), data, result, progress, page)
    if as_json:
        click.echo(json.dumps(result.to_json(), indent=2))
    else:
        _show(result, quiet=quiet)
    if not result.identical:
        ctx.exit(_BROKEN_PROMISE)


def _show(result: Comparison, *, quiet: bool) -> None:
    if not quiet:
        _show_measured(result)
        click.echo()
        _show_step(result)
        click.echo()
    verdict = "yes" if result.identical else f"no ({result.first_difference})"
    print_line(
        f"identical: {verdict}; loss, gradients and parameters of {result.steps} steps"
        f" at batch {result.batch}",
        "bold green" if result.identical else "bold red",
    )


def _show_step(result: Comparison) -> None:
    """Draw the predicted memory over the step, both on one scale."""
    highest = max(timeline.peak for timeline in result.timelines)
    for name, timeline in zip(("stock", "optimized"), result.timelines, strict=True):
        click.echo(f"{name:<9} {sparkline(timeline.live, highest)} {mib(timeline.peak)} MiB")


def _show_measured(result: Comparison) -> None:
    rows = table("", "stock", "optimized", "ratio", numbers=("stock", "optimized", "ratio"))
    before, after = result.stock, result.optimized
    rows.add_row(
        "peak of a step, MiB",
        mib(before.peak_bytes),
        mib(after.peak_bytes),
        ratio(result.peak_ratio),
    )
    rows.add_row("predicted peak, MiB", _predicted(before), _predicted(after), "")
    rows.add_row("resident memory, MiB", mib(before.rss_bytes), mib(after.rss_bytes), ratio(result.rss_ratio))
    rows.add_row("step time, ms", _ms(before), _ms(after), ratio(result.time_ratio))
    rows.add_row(
        "step time with 1 thread, ms",
        f"{before.step_seconds_1_thread * 1000:.1f}",
        f"{after.step_seconds_1_thread * 1000:.1f}",
        ratio(result.time_ratio_1_thread),
    )
    print_table(rows)


def _predicted(measured: Measured) -> str:
    error = measured.prediction_error
    return mib(measured.predicted_bytes) + ("" if error is None else f" ({error:+.1%})")


def _ms(measured: Measured) -> str:
    return f"{measured.step_seconds * 1000:.1f}"
