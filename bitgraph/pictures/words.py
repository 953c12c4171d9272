"""What holds the peak, what was not saved, and what to do next, in sentences."""

import collections
import math
from collections.abc import Sequence

from bitgraph.graph.peak import Timeline
from bitgraph.mebibytes import mebibytes
from bitgraph.pictures.floor import floor_of
from bitgraph.pictures.page import StashRow
from bitgraph.report import Tradeoff, holder_of


def mib(nbytes: int) -> str:
    """Return bytes in MiB, with the digits that matter and the unit."""
    return f"{mebibytes(nbytes)} MiB"


def peak_sentences(timeline: Timeline, stashes: Sequence[StashRow], front: Sequence[Tradeoff]) -> list[str]:
    """Say what holds the peak of ``timeline``.

    Args:
        timeline: Predicted memory of the optimized step.
        stashes: What is held in it.
        front: The plans that could be had.
    """
    if not timeline.order:
        return []
    holder = holder_of(timeline)
    share = holder.own_bytes / holder.bytes if holder.bytes else 1.0
    greediest, floor = floor_of(timeline)
    which = "this node" if greediest is timeline.holder else f"{greediest.op_type} “{greediest.name}”"
    where = f"{holder.op_type} “{holder.node}”"
    sentences = [
        f"The peak, {mib(holder.bytes)}, is at {where}: its own inputs and outputs are {share:.0%} of it.",
        f"No plan can go below {mib(floor)} without a smaller batch: {which} needs as much by itself.",
    ]
    if holder.others:
        others = ", ".join(f"{each['name']} ({mib(each['bytes'])})" for each in holder.others)
        sentences.append(f"The largest tensors that wait beside it are {others}.")
    return [*sentences, *_saved(stashes), *_kept(stashes), *next_step(timeline.peak, front)]


def _saved(stashes: Sequence[StashRow]) -> list[str]:
    counts = collections.Counter(row.encoding for row in stashes if row.encoding != "keep")
    if not counts:
        return []
    dense, held = sum(row.dense_bytes for row in stashes), sum(row.held_bytes for row in stashes)
    ways = (
        f"{number} {'computed again' if encoding == 'recompute' else f'as {encoding}'}"
        for encoding, number in counts.most_common()
    )
    return [f"Between the passes the stashes take {mib(held)} instead of {mib(dense)}: {', '.join(ways)}."]


def _kept(stashes: Sequence[StashRow]) -> list[str]:
    kept = [row for row in stashes if row.encoding == "keep"]
    if not kept:
        return []
    largest = max(kept, key=lambda row: row.dense_bytes)
    number = f"{len(kept)} of {len(stashes)} stashes are kept as they are"
    together = mib(sum(row.dense_bytes for row in kept))
    which = f"{largest.name} ({mib(largest.dense_bytes)})"
    return [f"{number}, {together} together; the largest is {which}: {largest.reason}."]


def next_step(peak: int, front: Sequence[Tradeoff]) -> list[str]:
    """Say what a smaller peak than ``peak`` costs, going by the plans that could be had."""
    lower = [point for point in front if point.peak_bytes < peak]
    if not lower:
        return ["No plan that was found has a smaller peak."] if front else []
    nearest, smallest = lower[0], lower[-1]
    step = f"To go on to {_cost(nearest)}, use --budget {budget(nearest)}"
    if nearest is smallest:
        return [f"{step}; nothing smaller was found."]
    return [f"{step}; the smallest that was found is {_cost(smallest)}, with --budget {budget(smallest)}."]


def _cost(point: Tradeoff) -> str:
    return f"{mib(point.peak_bytes)} at {point.time_ratio:.2f} times stock's time"


def budget(point: Tradeoff) -> str:
    """Return the budget that asks for ``point``, as a share of stock's peak."""
    return f"{math.ceil(point.peak_ratio * 1000) / 10:g}%"
