"""The pipeline: plan, rewrite a copy, keep it when the predicted peak falls."""

import dataclasses
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import onnx
import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.describing import describe
from bitgraph.graph.faults import fault_notes
from bitgraph.graph.frozen import frozen_notes
from bitgraph.graph.peak import predict
from bitgraph.graph.sizes import Sizes
from bitgraph.pipeline import mark
from bitgraph.plan.decide import make_plan
from bitgraph.plan.noted import note_stashes, noted_stashes
from bitgraph.plan.noted_options import note_options, noted_options
from bitgraph.plan.prunings import Pruning, make_prunings
from bitgraph.profiling.fits import check_fits
from bitgraph.report import Fallback, Report, StashReport, Tradeoff, holder_of, stash_reports
from bitgraph.search import Search

MIN_GAIN = 0.03
"""A smaller predicted gain is within the error of the prediction: the peak might even rise."""

Model = str | os.PathLike[str] | onnx.ModelProto | ir.Model


@dataclasses.dataclass(frozen=True)
class Optimized:
    """The outcome of ``optimize``.

    Attributes:
        model: The rewritten model: an ``onnx.ModelProto`` when one was given, else an ``onnx_ir.Model``.
        report: What was decided and what it is expected to bring.
    """

    model: onnx.ModelProto | ir.Model
    report: Report


Progress = Callable[[int, int], None]


def optimize(model: Model, config: Config | None = None, progress: Progress | None = None) -> Optimized:
    """Rewrite a training graph so that a step needs less memory and gives the same bits.

    Args:
        model: A path to a training graph or to a directory of training artifacts, or a model in
            memory. It is not changed.
        config: Options; the defaults are right for most graphs.
        progress: Called with the plans that were tried and the most that may be.

    Raises:
        BadInputError: When the model cannot be read or is no training graph.
    """
    config = config or Config()
    if isinstance(model, onnx.ModelProto):
        optimized, report = _optimize(ir.from_proto(model), config, progress)
        return Optimized(ir.to_proto(optimized), report)
    optimized, report = _optimize(_loaded(model), config, progress)
    return Optimized(optimized, report)


def inspect(model: Model, config: Config | None = None) -> Report:
    """Return what ``optimize`` would do to ``model``, and the predicted peaks."""
    return optimize(model, config).report


def _loaded(model: str | os.PathLike[str] | ir.Model) -> ir.Model:
    if isinstance(model, ir.Model):
        return model
    from bitgraph.files import load

    return load(Path(model)).model


def _optimize(model: ir.Model, config: Config, progress: Progress | None) -> tuple[ir.Model, Report]:
    optimized = domain.METADATA_KEY in model.metadata_props
    if config.profile is not None and not optimized:
        check_fits(config.profile, model.graph)
    prunings = () if optimized else make_prunings(model, config)
    search = Search(_pruned(model, prunings), config, progress)
    if optimized:
        unchanged = "nothing was changed; sizes of stashes are those it was planned with"
        notes = [f"already optimized by bitgraph {_made_by(model)}: {unchanged}"]
        made = [StashReport(**entry) for entry in noted_stashes(model)]
        stock = search.stock
        holder = holder_of(stock.timeline)
        return model, Report(made, stock.peak, stock.peak, holder, already_optimized=True, notes=notes)
    chosen = search.chosen()
    stock = search.stock
    # A pruned graph may need less by itself: a ReluGrad no longer keeps what the ReLU read.
    before = predict(model, config.batch, config.dims).peak if prunings else stock.peak
    entries = stash_reports(chosen.plan or make_plan(model, config))
    notes = [
        *_pruning_notes(prunings),
        *fault_notes(model.graph),
        *frozen_notes(model.graph, config.loss_output, [entry.name for entry in entries]),
    ]
    if chosen.peak <= stock.peak * (1.0 - MIN_GAIN):
        holder, ratio = holder_of(chosen.timeline), search.time_ratio(chosen)
        sizes = Sizes(chosen.model, config.batch, config.dims)
        report = Report(
            entries,
            before,
            chosen.peak,
            holder,
            time_ratio=ratio,
            fallbacks=_fallbacks(chosen.model, sizes, search.holds),
            notes=notes,
            pruned=prunings,
        )
        stashes = report.to_json()["stashes"]
        note_stashes(chosen.model, stashes)
        note_options(chosen.model, config)
        describe(chosen.model, stashes, sizes)
        return chosen.model, report
    reason = (
        f"the plan as a whole takes the predicted peak from {stock.peak} to {chosen.peak} bytes,"
        f" a gain of less than {MIN_GAIN:.0%}"
    )
    untouched = stock.model.clone()
    mark(untouched)
    note_options(untouched, config)
    unchanged = "nothing else was changed" if prunings else "nothing was changed"
    notes = [f"{unchanged}, and no library is needed: {reason}", *notes]
    kept = [_kept(entry, reason) for entry in entries]
    holder = holder_of(stock.timeline)
    return untouched, Report(kept, before, stock.peak, holder, notes=notes, pruned=prunings)


def _fallbacks(model: ir.Model, sizes: Sizes, holds: Mapping[str, bool]) -> list[Fallback]:
    if all(holds.values()):
        return []
    from bitgraph.doctor.fallbacks import find_fallbacks

    return find_fallbacks(model, sizes, holds)


def pareto(model: Model, config: Config | None = None, progress: Progress | None = None) -> list[Tradeoff]:
    """Return the plans of ``model`` that no other beats in both peak and time, the graph as it came first.

    Raises:
        BadInputError: When the model cannot be read or is no training graph.
    """
    source = ir.from_proto(model) if isinstance(model, onnx.ModelProto) else _loaded(model)
    config = config or Config()
    return Search(_pruned(source, make_prunings(source, config)), config, progress).pareto()


def _pruned(model: ir.Model, prunings: Sequence[Pruning]) -> ir.Model:
    from bitgraph.passes import PruneActivationsPass

    if not prunings:
        return model
    pruned = model.clone()
    PruneActivationsPass(prunings)(pruned)
    return pruned


def _made_by(model: ir.Model) -> str:
    options = noted_options(model)
    given = ", ".join(f"{key} {json.dumps(value)}" for key, value in options.items())
    return model.metadata_props[domain.METADATA_KEY] + (f" ({given})" if given else "")


def _pruning_notes(prunings: Sequence[Pruning]) -> list[str]:
    if not prunings:
        return []
    count, zeros = len(prunings), prunings[0].zeros
    return [f"not bit-identical to the original: pruned, {count} activations to {zeros:.0%} zeros"]


def _kept(entry: StashReport, reason: str) -> StashReport:
    if entry.encoding == "keep":
        return dataclasses.replace(entry, reader="dense")
    return dataclasses.replace(
        entry, encoding="keep", reader="dense", expected_bytes=entry.dense_bytes, reason=reason
    )
