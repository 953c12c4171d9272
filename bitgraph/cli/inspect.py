"""``bitgraph inspect``: lists the stashes of a training graph."""

import functools
import pathlib

import click

import bitgraph
from bitgraph import files
from bitgraph.budget import Budget
from bitgraph.calibration import load_rates
from bitgraph.cli import options
from bitgraph.cli.pictures import write_plan
from bitgraph.cli.places import naming
from bitgraph.cli.progress import Progress
from bitgraph.cli.report import show
from bitgraph.pictures.writing import check_page_out
from bitgraph.profiling import read_profile

_EPILOG = """\b
Example:
  bitgraph inspect artifacts/ --batch 32 --html report.html
"""


@click.command("inspect", epilog=_EPILOG)
@click.argument("model", type=options.PATH)
@options.planning
@options.html
@options.quiet
@options.verbose
@options.as_json
def command(
    model: pathlib.Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    profile: pathlib.Path | None,
    batch: int | None,
    loss_output: str | None,
    budget: Budget | None,
    time_limit: float | None,
    only: frozenset[str],
    streaming: bool,
    prune_activations: float | None,
    page: pathlib.Path | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """List every stash and how it would be held; with --verbose, why.

    MODEL is a training graph (.onnx) or a directory written by generate_artifacts. No graph is
    written, and the native library is not needed.
    """
    if page is not None:
        check_page_out(page)
    recorded = read_profile(profile) if profile else None
    rates = load_rates()
    with Progress(quiet) as progress:
        progress("reading the graph")
        loaded = files.load(model)
        progress("planning")
        with naming(loaded.source):
            config = bitgraph.Config(
                include,
                exclude,
                batch,
                loss_output,
                recorded,
                only,
                budget,
                time_limit,
                rates=rates,
                streaming=streaming,
                prune_activations=prune_activations,
            )
            optimized = bitgraph.optimize(loaded.model, config, functools.partial(progress, "planning"))
        if page is not None:
            write_plan(model, loaded.model, optimized, config, progress, page)
    show({**optimized.report.to_json(), "input": str(model)}, as_json=as_json, quiet=quiet, verbose=verbose)
