"""``bitgraph inspect``: lists the stashes of a training graph."""

import functools
import pathlib
from typing import cast

import click
import onnx_ir as ir

import bitgraph
from bitgraph import files
from bitgraph.budget import Budget
from bitgraph.calibration import load_rates
from bitgraph.cli import options
from bitgraph.cli.pictures import write_plan
from bitgraph.cli.places import naming
from bitgraph.cli.progress import Progress
from bitgraph.cli.report import show
from bitgraph.pictures.tracing import check_trace_out, write_trace
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
@click.option(
    "--trace",
    "trace_out",
    type=options.PATH,
    metavar="FILE",
    help="Also write both steps, as predicted, for Perfetto (ui.perfetto.dev) or chrome://tracing.",
)
@options.quiet
@options.verbose
@options.config
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
    trace_out: pathlib.Path | None,
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
    if trace_out is not None:
        check_trace_out(trace_out)
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
                ask_runtime=True,
                streaming=streaming,
                prune_activations=prune_activations,
            )
            optimized = bitgraph.optimize(loaded.model, config, functools.partial(progress, "planning"))
        if page is not None:
            write_plan(model, loaded.model, optimized, config, progress, page)
        if trace_out is not None:
            graphs = (("stock", loaded.model), ("optimized", cast(ir.Model, optimized.model)))
            write_trace(graphs, config, trace_out)
    show({**optimized.report.to_json(), "input": str(model)}, as_json=as_json, quiet=quiet, verbose=verbose)
