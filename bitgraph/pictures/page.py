"""Everything that a report shows, as data; drawing it is for the template."""

import dataclasses
from typing import Any

from bitgraph.pictures.memory import Memory
from bitgraph.pictures.times import Times
from bitgraph.report import Tradeoff


@dataclasses.dataclass(frozen=True)
class Figure:
    """One of the numbers on top.

    Attributes:
        label: What it is.
        value: The number with its unit.
        note: What it is to be compared with.
    """

    label: str
    value: str
    note: str


@dataclasses.dataclass(frozen=True)
class StashRow:
    """One stash.

    Attributes:
        name: The tensor.
        op_type: The operator that makes it.
        shape: Element type and dims.
        dense_bytes: Bytes as it is.
        held_bytes: Bytes held between the passes.
        encoding: What it is held as; ``keep`` when it is refused.
        zeros: Fraction of zeros that was measured; None when it was not.
        readers: The backward nodes that read it.
        reason: Why it is held like this.
    """

    name: str
    op_type: str
    shape: str
    dense_bytes: int
    held_bytes: int
    encoding: str
    zeros: float | None
    readers: list[str]
    reason: str


@dataclasses.dataclass(frozen=True)
class Page:
    """A report.

    Attributes:
        title: What it is about.
        subtitle: How it was made.
        figures: The numbers on top.
        holder: What holds the peak and what would lower it, a sentence each.
        memory: Stock and optimized step.
        stashes: The stashes in the order of the forward pass.
        no_stashes: Why there are none, where there are none.
        times: Where the time of a step goes.
        front: The plans that no other beats in both peak and time, stock first; empty if not searched.
        chosen: What the optimized graph is predicted to need.
        measured: What it was measured to need.
        notes: Further remarks.
    """

    title: str
    subtitle: str
    figures: list[Figure]
    holder: list[str]
    memory: tuple[Memory, Memory]
    stashes: list[StashRow]
    no_stashes: str
    times: Times
    front: list[Tradeoff]
    chosen: Tradeoff
    measured: Tradeoff | None
    notes: list[str]


_LISTED = 800
"""Stashes that are listed: a page with more is slow to open, and what is left out is small."""


def largest(rows: list[StashRow]) -> list[StashRow]:
    """Return the stashes that are listed, the largest first."""
    return sorted(rows, key=lambda row: -row.dense_bytes)[:_LISTED]


def stash_row(entry: dict[str, Any], zeros: float | None) -> StashRow:
    """Return the row of one entry of a report's ``stashes``."""
    dims = "?" if entry["shape"] is None else "×".join(map(str, entry["shape"])) or "scalar"
    return StashRow(
        name=entry["name"],
        op_type=entry["op_type"],
        shape=f"{entry['dtype']} {dims}",
        dense_bytes=entry["dense_bytes"],
        held_bytes=entry["expected_bytes"],
        encoding=entry["encoding"],
        zeros=zeros,
        readers=entry["readers"],
        reason=entry["reason"],
    )
