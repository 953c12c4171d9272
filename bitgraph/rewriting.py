"""The pipeline: plan, rewrite a copy, keep it when the predicted peak falls."""

import dataclasses
import os
from pathlib import Path

import onnx
import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.faults import fault_notes
from bitgraph.graph.peak import predict
from bitgraph.plan.decide import make_plan
from bitgraph.plan.plan import Plan
from bitgraph.profiling.fits import check_fits
from bitgraph.report import Report, StashReport, stash_reports

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


def optimize(model: Model, config: Config | None = None) -> Optimized:
    """Rewrite a training graph so that a step needs less memory and gives the same bits.

    Args:
        model: A path to a training graph or to a directory of training artifacts, or a model in
            memory. It is not changed.
        config: Options; the defaults are right for most graphs.

    Raises:
        BadInputError: When the model cannot be read or is no training graph.
    """
    config = config or Config()
    if isinstance(model, onnx.ModelProto):
        optimized, report = _optimize(ir.from_proto(model), config)
        return Optimized(ir.to_proto(optimized), report)
    optimized, report = _optimize(_loaded(model), config)
    return Optimized(optimized, report)


def inspect(model: Model, config: Config | None = None) -> Report:
    """Return what ``optimize`` would do to ``model``, and the predicted peaks."""
    return optimize(model, config).report


def _loaded(model: str | os.PathLike[str] | ir.Model) -> ir.Model:
    if isinstance(model, ir.Model):
        return model
    from bitgraph.files import load

    return load(Path(model)).model


def _optimize(model: ir.Model, config: Config) -> tuple[ir.Model, Report]:
    before = predict(model, config.batch, config.dims).peak
    if domain.METADATA_KEY in model.metadata_props:
        notes = ["already optimized: nothing was changed"]
        return model, Report([], before, before, already_optimized=True, notes=notes)
    if config.profile is not None:
        check_fits(config.profile, model.graph)
    faults = fault_notes(model.graph)
    candidate = model.clone()
    plan = make_plan(candidate, config)
    entries = stash_reports(plan)
    rewrite(candidate, plan, config)
    after = predict(candidate, config.batch, config.dims).peak
    if after > before * (1.0 - MIN_GAIN):
        reason = (
            f"the plan as a whole takes the predicted peak from {before} to {after} bytes,"
            f" a gain of less than {MIN_GAIN:.0%}"
        )
        kept = [_kept(entry, reason) for entry in entries]
        untouched = model.clone()
        _mark(untouched)
        note = f"nothing was changed, and no library is needed: {reason}"
        return untouched, Report(kept, before, before, notes=[note, *faults])
    return candidate, Report(entries, before, after, notes=faults)


def rewrite(model: ir.Model, plan: Plan, config: Config) -> None:
    """Rewrite ``model`` in place as ``plan`` says."""
    from bitgraph import passes

    # Restored tensors first: their triggers are the values that the later passes replace.
    pipeline = ir.passes.Sequential(
        passes.HoldBitmapsPass(plan),
        passes.HoldBitsPass(plan),
        passes.HoldMasksPass(plan),
        passes.HoldIndicesPass(plan),
        passes.RenameBackwardBatchPass(config),
    )
    pipeline(model)
    _mark(model)


def _mark(model: ir.Model) -> None:
    """Say in the file that bitgraph has seen it, whether or not there was anything to gain."""
    from bitgraph import __version__

    model.metadata_props[domain.METADATA_KEY] = __version__


def _kept(entry: StashReport, reason: str) -> StashReport:
    if entry.encoding == "keep":
        return entry
    return dataclasses.replace(
        entry, encoding="keep", reader="dense", expected_bytes=entry.dense_bytes, reason=reason
    )
