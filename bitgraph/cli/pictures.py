"""Writes the reports that are looked at."""

import dataclasses
import functools
import pathlib

import onnx_ir as ir

import bitgraph
from bitgraph import domain
from bitgraph.cli.progress import Progress
from bitgraph.effort import SEARCHED_NODES
from bitgraph.errors import BadInputError
from bitgraph.measure import Comparison
from bitgraph.pictures.compared import compared
from bitgraph.pictures.planned import planned
from bitgraph.pictures.writing import write_page
from bitgraph.profiling import Profile, record
from bitgraph.rewriting import Optimized

_PLANNING = "planning for every budget"


def write_plan(
    path: pathlib.Path,
    model: ir.Model,
    optimized: Optimized,
    config: bitgraph.Config,
    progress: Progress,
    page: pathlib.Path,
) -> None:
    """Write what ``inspect`` found to ``page``."""
    write_page(planned(_title(path), model, optimized, config, _front(model, config, progress)), page)


def write_comparison(
    paths: tuple[pathlib.Path, pathlib.Path],
    data: pathlib.Path | None,
    result: Comparison,
    progress: Progress,
    page: pathlib.Path,
) -> None:
    """Write what ``compare`` found to ``page``."""
    profile, notes = _profile(paths[0], data, result, progress)
    config = bitgraph.Config(batch=result.batch, profile=profile)
    title = f"{_title(paths[0])} → {_title(paths[1])}"
    write_page(compared(title, result, config, _front(result.models[0], config, progress), notes), page)


def _front(model: ir.Model, config: bitgraph.Config, progress: Progress) -> list[bitgraph.Tradeoff]:
    if domain.METADATA_KEY in model.metadata_props or len(model.graph) > SEARCHED_NODES:
        return []
    return bitgraph.pareto(model, config, functools.partial(progress, _PLANNING))


def _profile(
    stock: pathlib.Path, data: pathlib.Path | None, result: Comparison, progress: Progress
) -> tuple[Profile | None, list[str]]:
    """Count the zeros of the stashes in the steps that were compared."""
    try:
        found = record(stock, data=data, batch=result.batch, steps=result.steps, progress=progress)
    except BadInputError as error:
        return None, [f"zeros were not counted: {error}"]
    # Times are predicted for all nodes alike: what a rewrite adds was not measured.
    return dataclasses.replace(found, nodes=()), []


def _title(path: pathlib.Path) -> str:
    whole = path.resolve()
    return whole.parent.name if whole.name == "training_model.onnx" else whole.name
