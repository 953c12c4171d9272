"""The report of ``compare``: what was measured, next to what was predicted."""

from bitgraph.config import Config
from bitgraph.graph.costs import Costs
from bitgraph.graph.peak import Timeline
from bitgraph.graph.sizes import Sizes
from bitgraph.measure import Comparison
from bitgraph.measure.comparison import Trace
from bitgraph.mebibytes import mebibytes
from bitgraph.pictures.memory import memory_of, most_telling
from bitgraph.pictures.page import Figure, Page, StashRow, stash_row
from bitgraph.pictures.planned import forward_nodes
from bitgraph.pictures.times import repeating_nodes, times_of
from bitgraph.pictures.words import peak_sentences
from bitgraph.plan.noted import noted_stashes
from bitgraph.report import Tradeoff

_UNNOTED = (
    "the optimized graph does not say how its tensors are held; optimize writes that into the graphs it makes"
)


def compared(
    title: str,
    result: Comparison,
    config: Config,
    front: list[Tradeoff],
    notes: list[str],
) -> Page:
    """Return the report of a comparison.

    Args:
        title: What it is about.
        result: What was measured, node by node too.
        config: Batch and profile of the comparison.
        front: The plans that could be had.
        notes: Further remarks.
    """
    assert result.traces is not None
    optimized = result.models[1]
    before, after = result.timelines
    named = most_telling(result.timelines)
    rows = _rows(result, config)
    ratio = after.peak / before.peak if before.peak else 1.0
    seconds = [
        Costs(Sizes(each, result.batch, result.dims), config).step_seconds(list(each.graph))
        for each in result.models
    ]
    first, second = (
        memory_of(
            name,
            timeline,
            forward_nodes(model, timeline),
            named,
            _samples(timeline, trace),
            measured.peak_bytes,
        )
        for name, timeline, model, trace, measured in zip(
            ("stock", "optimized"),
            result.timelines,
            result.models,
            result.traces,
            (result.stock, result.optimized),
            strict=True,
        )
    )
    return Page(
        title=title,
        subtitle=f"measured over {result.steps} steps at batch {result.batch}",
        figures=_figures(result),
        holder=peak_sentences(after, rows, front),
        memory=(first, second),
        stashes=rows,
        no_stashes=_UNNOTED,
        times=times_of(
            result.traces[0].times, result.traces[1].times, repeating_nodes(optimized.graph), measured=True
        ),
        front=front,
        chosen=Tradeoff(after.peak, ratio, seconds[1] / seconds[0] if seconds[0] else 1.0),
        measured=_measured(result),
        notes=notes,
    )


def _rows(result: Comparison, config: Config) -> list[StashRow]:
    """What the optimized graph notes of itself, in bytes of this batch."""
    zeros = {} if config.profile is None else {each.name: each.zeros.mean for each in config.profile.tensors}
    stock, optimized = result.models
    sizes = Sizes(stock, result.batch, result.dims)
    dense = {str(value.name): sizes.nbytes(value) for node in stock.graph for value in node.outputs}
    rows = []
    for entry in noted_stashes(optimized):
        planned, now = entry["dense_bytes"], dense.get(entry["name"]) or entry["dense_bytes"]
        held = round(entry["expected_bytes"] * now / planned) if planned else entry["expected_bytes"]
        here = {**entry, "dense_bytes": now, "expected_bytes": held}
        rows.append(stash_row(here, zeros.get(entry["name"])))
    return rows


def _samples(timeline: Timeline, trace: Trace) -> list[int | None]:
    """The samples of a trace in the order of the timeline; nodes that were fused have none."""
    live = dict(trace.live)
    return [live.get(str(node.name)) if node.name else None for node in timeline.order]


def _figures(result: Comparison) -> list[Figure]:
    def shown(label: str, ratio: float | None, stock: str, optimized: str) -> Figure:
        value = "not measured" if ratio is None else f"{ratio:.2f} ×"
        return Figure(label, value, f"{stock} → {optimized}")

    return [
        shown("peak of a step", result.peak_ratio, *_both(result, "peak_bytes")),
        shown("resident memory", result.rss_ratio, *_both(result, "rss_bytes")),
        shown("time, 1 thread", result.time_ratio_1_thread, *_ms(result)),
        Figure(
            "bits",
            "identical" if result.identical else "different",
            result.first_difference or "loss, gradients, parameters",
        ),
    ]


def _both(result: Comparison, field: str) -> tuple[str, str]:
    values: list[int | None] = [getattr(side, field) for side in (result.stock, result.optimized)]
    stock, optimized = ("-" if value is None else mebibytes(value) for value in values)
    return stock, f"{optimized} MiB"


def _ms(result: Comparison) -> tuple[str, str]:
    sides = (result.stock, result.optimized)
    stock, optimized = (f"{side.step_seconds_1_thread * 1000:.1f}" for side in sides)
    return stock, f"{optimized} ms"


def _measured(result: Comparison) -> Tradeoff | None:
    if result.peak_ratio is None or result.optimized.peak_bytes is None:
        return None
    return Tradeoff(result.optimized.peak_bytes, result.peak_ratio, result.time_ratio_1_thread or 1.0)
