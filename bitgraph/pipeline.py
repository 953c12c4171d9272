"""The passes in their order."""

import dataclasses
from collections.abc import Iterator

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.graph.step import Step
from bitgraph.plan.combine import combine
from bitgraph.plan.conditions import find_conditions
from bitgraph.plan.decide import make_plan
from bitgraph.plan.plan import Plan
from bitgraph.plan.recomputations import make_recomputations


def rewrite(model: ir.Model, config: Config, sizes: Sizes | None = None) -> Plan:
    """Rewrite ``model`` in place and return what was decided; ``sizes`` of its tensors, if known, follow.

    Conditions come first: behind them less is a stash. Then comes what is computed again: it needs some
    values that would not be held otherwise, and frees others. Then each stash that is left is held in its
    smallest form.
    """
    from bitgraph import passes

    passes.BroadcastExpandsPass(config)(model)
    step = Step(model, config, sizes)
    conditions = find_conditions(model, config, step)
    if passes.HoldConditionsPass(conditions)(model).modified:
        step = Step(model, config, step.sizes)
    again = make_recomputations(model, config, step)
    if passes.RecomputePass(again)(model).modified:
        step = Step(model, config, step.sizes)
    plan = make_plan(model, config, step)
    in_place, by_samples, at_the_peak = _readers(config, step.sizes)
    # Restored tensors first: their triggers are the values that the later passes replace.
    pipeline = ir.passes.Sequential(
        passes.HoldBitmapsPass(plan),
        passes.HoldCodedPass(plan),
        passes.HoldBitsPass(plan),
        passes.HoldMasksPass(plan),
        passes.HoldIndicesPass(plan),
        passes.FuseReluPacksPass(),
        passes.FuseMaxPoolsPass(),
        *in_place,
        passes.MultiplyInPlacePass(config, step.sizes),
        *by_samples,
        passes.SeparateBuffersPass(config),
        *at_the_peak,
    )
    pipeline(model)
    mark(model)
    return dataclasses.replace(combine(conditions, again, plan), streamed=frozenset(_streamed(model)))


def _readers(config: Config, sizes: Sizes) -> tuple[list[ir.passes.InPlacePass], ...]:
    """Give the passes that put ``domain.STREAMING`` in: in place, by samples, and by samples at the peak."""
    from bitgraph import passes

    if not config.streaming:
        return [], [], []
    in_place = [
        passes.FuseDropoutPacksPass(),
        passes.DifferentiateNormsPass(config, sizes),
        passes.DifferentiateInPlacePass(config, sizes),
        passes.ConvolveInPlacePass(config, sizes),
        passes.NormalizeInPlacePass(config, sizes),
    ]
    by_samples = [passes.SumInPlacePass(config, sizes), passes.StreamGradientsPass(config, sizes)]
    at_the_peak = [passes.StreamConvolutionsPass(config, sizes), passes.KeepNormInputsPass(config, sizes)]
    return in_place, by_samples, at_the_peak


def _streamed(model: ir.Model) -> Iterator[str]:
    """Name the nodes of the graph as it was that are part of a Stream now: names grow at their end."""
    for node in model.graph:
        if node.domain != domain.DOMAIN or node.op_type != domain.STREAM:
            continue
        name = str(node.name).removesuffix(f"/{domain.STREAM}")
        for gradient in domain.GRADIENTS:
            name = name.removesuffix(f"/{gradient}")
        yield name


def mark(model: ir.Model) -> None:
    """Say in the file that bitgraph has seen it, whether or not there was anything to gain."""
    from bitgraph import __version__

    model.metadata_props[domain.METADATA_KEY] = __version__
