"""``bitgraph optimize``: rewrites a training graph and saves it."""

import contextlib
import functools
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Any, cast

import click
import onnx_ir as ir

import bitgraph
from bitgraph import files
from bitgraph.budget import Budget
from bitgraph.calibration import load_rates
from bitgraph.cli import options
from bitgraph.cli.config_file import check_config_out, write_config
from bitgraph.cli.places import default_out, naming
from bitgraph.cli.progress import Progress
from bitgraph.cli.report import show, show_pareto
from bitgraph.profiling import read_profile

_EPILOG = """\b
Example:
  bitgraph optimize artifacts/ -o optimized/
"""


@click.command("optimize", epilog=_EPILOG)
@click.argument("model", type=options.PATH)
@click.option(
    "-o",
    "--output",
    "out",
    type=options.PATH,
    metavar="OUT",
    help="Where to write; beside MODEL, with -bitgraph in its name, if not given.",
)
@options.planning
@click.option(
    "--loss",
    type=click.Choice(list(files.LOSSES)),
    help="MODEL is a forward model: make training artifacts with this loss first.",
)
@click.option(
    "--optimizer",
    type=click.Choice(list(files.OPTIMIZERS)),
    help="With --loss: the optimizer of the artifacts.  [default: sgd]",
)
@click.option(
    "--pareto", is_flag=True, help="List the peaks that can be had and what each costs; write nothing."
)
@click.option(
    "--prune-eval/--no-prune-eval",
    default=True,
    help="Whether the evaluation graph, from which inference models are exported, is pruned as well."
    "  [default: as training]",
)
@click.option(
    "--ort",
    is_flag=True,
    help="MODEL is a directory (or there is --loss): write the graphs in ORT format as well.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be done and write nothing.")
@click.option(
    "--write-config",
    "config_out",
    type=options.PATH,
    metavar="FILE",
    help="Also write the options that were used, for --config.",
)
@options.quiet
@options.verbose
@options.config
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    model: pathlib.Path,
    out: pathlib.Path | None,
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
    loss: str | None,
    optimizer: str | None,
    pareto: bool,
    prune_eval: bool,
    ort: bool,
    dry_run: bool,
    config_out: pathlib.Path | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Write a training graph whose steps need less memory and give the same bits.

    MODEL is a training graph (.onnx), a directory written by generate_artifacts, or a forward
    model together with --loss. A directory gives a complete directory, ready to train with. An
    existing OUT is replaced if nothing but an earlier result is lost.
    """
    if optimizer and not loss:
        raise click.UsageError("--optimizer is for a forward model; it needs --loss.")
    if config_out is not None:
        check_config_out(config_out)
    target = None if dry_run or pareto else out or default_out(model, directory=loss is not None)
    recorded = read_profile(profile) if profile else None
    config = bitgraph.Config(
        include,
        exclude,
        batch,
        None if loss else loss_output,
        recorded,
        only,
        budget,
        time_limit,
        rates=load_rates(),
        ask_runtime=True,
        streaming=streaming,
        prune_activations=prune_activations,
    )
    with (
        Progress(quiet) as progress,
        _training_graph(model, loss, optimizer, loss_output, progress) as source,
    ):
        if pareto:
            front = _pareto(source, config, progress)
        else:
            report = _optimize(source, target, config, prune_eval, ort, progress)
    if config_out is not None:
        write_config(ctx, config_out)
    if pareto:
        show_pareto(front, as_json=as_json)
        return
    report.update(input=str(model), output=None if target is None else str(target))
    show(report, as_json=as_json, quiet=quiet, verbose=verbose)


@contextlib.contextmanager
def _training_graph(
    model: pathlib.Path,
    loss: str | None,
    optimizer: str | None,
    loss_output: str | None,
    progress: Progress,
) -> Iterator[pathlib.Path]:
    """Give the path of the training graph: ``model`` itself, or artifacts made from it."""
    if loss is None:
        yield model
        return
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as directory:
        progress("making training artifacts")
        files.make_artifacts(model, loss, optimizer or "sgd", directory, loss_output)
        yield pathlib.Path(directory)


def _pareto(source: pathlib.Path, config: bitgraph.Config, progress: Progress) -> list[bitgraph.Tradeoff]:
    progress("reading the graph")
    loaded = files.load(source)
    progress("planning for every budget")
    with naming(loaded.source):
        return bitgraph.pareto(loaded.model, config, functools.partial(progress, "planning for every budget"))


def _optimize(
    source: pathlib.Path,
    out: pathlib.Path | None,
    config: bitgraph.Config,
    prune_eval: bool,
    ort: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Optimize ``source`` into ``out`` (nowhere if None), and give the report as plain data."""
    from bitgraph.passes.prune_activations import PruneActivationsPass

    progress("reading the graph")
    loaded = files.load(source)
    if ort and loaded.directory is None:
        raise click.UsageError("--ort is for a directory of artifacts; MODEL is a single graph.")
    if out is not None:
        files.check_out(loaded, out)
    progress("planning and rewriting")
    with naming(loaded.source):
        optimized = bitgraph.optimize(
            loaded.model, config, functools.partial(progress, "planning and rewriting")
        )
    report = optimized.report.to_json()
    if out is None:
        return report
    progress("writing")
    if optimized.report.already_optimized:
        files.copy(loaded, out, ort=ort)
        return report
    eval_pass = PruneActivationsPass(optimized.report.pruned) if prune_eval else None
    report["notes"] += files.save(loaded, cast(ir.Model, optimized.model), out, eval_pass, ort=ort)
    return report
