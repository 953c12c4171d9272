"""The report of ``inspect``: what would be done, all of it predicted."""

from typing import cast

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.errors import BadInputError
from bitgraph.graph.costs import Costs
from bitgraph.graph.peak import Timeline, predict
from bitgraph.graph.sizes import DEFAULT_BATCH, Sizes
from bitgraph.graph.split import split
from bitgraph.pictures.memory import memory_of, most_telling
from bitgraph.pictures.page import Figure, Page, stash_row
from bitgraph.pictures.times import repeating_nodes, times_of
from bitgraph.pictures.words import mib, peak_sentences
from bitgraph.report import Tradeoff
from bitgraph.rewriting import Optimized


def planned(title: str, model: ir.Model, optimized: Optimized, config: Config, front: list[Tradeoff]) -> Page:
    """Return the report of a plan.

    Args:
        title: What it is about.
        model: The graph as it came.
        optimized: What ``optimize`` made of it.
        config: The options.
        front: The plans that could be had.
    """
    rewritten = cast(ir.Model, optimized.model)
    report = optimized.report
    before, after = (predict(each, config.batch, config.dims) for each in (model, rewritten))
    named = most_telling([before, after])
    zeros = {} if config.profile is None else {each.name: each.zeros.mean for each in config.profile.tensors}
    rows = [stash_row(entry, zeros.get(entry["name"])) for entry in report.to_json()["stashes"]]
    ratio = report.peak_after / report.peak_before if report.peak_before else 1.0
    batch = config.batch or (config.profile.batch if config.profile else None)
    return Page(
        title=title,
        subtitle=f"predicted, {'at batch ' + str(batch) if batch else _assumed(model)}",
        figures=[
            Figure("predicted peak", mib(report.peak_after), f"stock: {mib(report.peak_before)}"),
            Figure("of stock's peak", f"{ratio:.0%}", f"{mib(report.peak_before - report.peak_after)} less"),
            Figure("predicted time", f"{report.time_ratio:.2f} ×", "stock's, on one core"),
            Figure(
                "stashes", str(len(rows)), f"{sum(row.encoding == 'keep' for row in rows)} kept as they are"
            ),
        ],
        holder=peak_sentences(after, rows, front),
        memory=(
            memory_of("stock", before, forward_nodes(model, before, config.loss_output), named),
            memory_of("optimized", after, forward_nodes(rewritten, after, config.loss_output), named),
        ),
        stashes=rows,
        no_stashes="; ".join(report.notes) or "the graph has no stashes",
        times=times_of(
            _seconds(model, config),
            _seconds(rewritten, config),
            repeating_nodes(rewritten.graph),
            measured=False,
        ),
        front=front,
        chosen=Tradeoff(report.peak_after, ratio, report.time_ratio),
        measured=None,
        notes=[*map(str, report.fallbacks), *report.notes],
    )


def forward_nodes(model: ir.Model, timeline: Timeline, loss_output: str | None = None) -> int:
    """Return how many nodes run until the loss is there."""
    try:
        forward = split(model.graph, loss_output).forward
    except BadInputError:
        return len(timeline.order)
    return 1 + max((place for place, node in enumerate(timeline.order) if node in forward), default=-1)


def _seconds(model: ir.Model, config: Config) -> list[tuple[str, str, float]]:
    costs = Costs(Sizes(model, config.batch, config.dims), config)
    return [
        (str(node.name), node.op_type, seconds)
        for node in model.graph
        if (seconds := costs.seconds(node)) < float("inf")
    ]


def _assumed(model: ir.Model) -> str:
    noted = model.metadata_props.get(domain.BATCH_KEY, "")
    return f"at batch {noted}" if noted.isdecimal() else f"at batch {DEFAULT_BATCH} where it is symbolic"
