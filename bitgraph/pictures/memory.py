"""What is drawn of a step's memory: bands that lie on each other, node by node, and what is in them."""

import dataclasses
import itertools
from collections.abc import Sequence

from bitgraph import domain
from bitgraph.graph.buffers import Buffer
from bitgraph.graph.peak import Timeline

KINDS = {
    "stash": "other tensors kept for the backward pass",
    "held": "tensors in a held form",
    "passing": "other tensors, of one pass only",
    "scratch": "scratch memory of the node that runs",
}
"""What a band that is not one tensor holds; they lie on each other in this order."""

_NAMED = 8
"""Tensors with a color of their own: more colors cannot be told apart."""

_LISTED = 4000
"""Tensors of a step that are told one by one; what is left out of a larger one is small."""


@dataclasses.dataclass(frozen=True)
class Band:
    """One area of the picture.

    Attributes:
        name: The tensor, or what the tensors in it are.
        kind: ``tensor`` for one with a color of its own, else a key of KINDS.
        live: Bytes at each node.
    """

    name: str
    kind: str
    live: list[int]


@dataclasses.dataclass(frozen=True)
class Tensor:
    """One allocation.

    Attributes:
        name: The first tensor in it.
        others: Tensors that take its place later.
        nbytes: Its bytes.
        born: Place of the node that makes it.
        dies: Place of the last node that touches it.
        band: Which band it is a part of.
    """

    name: str
    others: int
    nbytes: int
    born: int
    dies: int
    band: int


@dataclasses.dataclass(frozen=True)
class Memory:
    """The memory of one step.

    Attributes:
        title: Which graph it is of.
        nodes: Name and operator of each node, in the order in which they run.
        forward: How many of them are the forward pass.
        bands: What lies on each other; their sum is the predicted live memory.
        tensors: The allocations, largest first.
        left_out: How many small ones are not listed.
        measured: Bytes measured while each node ran; None where no sample fell into it.
        measured_peak: Highest number of live bytes that was measured.
    """

    title: str
    nodes: list[tuple[str, str]]
    forward: int
    bands: list[Band]
    tensors: list[Tensor]
    left_out: int
    measured: list[int | None] | None = None
    measured_peak: int | None = None

    @property
    def live(self) -> list[int]:
        """Predicted bytes at each node."""
        return [sum(column) for column in zip(*(band.live for band in self.bands), strict=True)]

    @property
    def peak(self) -> int:
        """Predicted peak in bytes."""
        return max(self.live, default=0)


def most_telling(timelines: Sequence[Timeline]) -> list[str]:
    """Return the names of the largest tensors at each peak, in turns, as many as there are colors."""
    largest = []
    for timeline in timelines:
        at = timeline.live.index(timeline.peak) if timeline.order else 0
        there = [buffer for buffer in timeline.buffers if buffer.born <= at <= buffer.dies]
        largest.append([_name(buffer) for buffer in sorted(there, key=lambda each: -each.nbytes)])
    turns = itertools.chain.from_iterable(itertools.zip_longest(*largest))
    return list(dict.fromkeys(name for name in turns if name is not None))[:_NAMED]


def memory_of(
    title: str,
    timeline: Timeline,
    forward: int,
    named: Sequence[str],
    measured: list[int | None] | None = None,
    measured_peak: int | None = None,
) -> Memory:
    """Return what is drawn of ``timeline``.

    Args:
        title: Which graph it is of.
        timeline: The predicted memory.
        forward: Nodes of the forward pass.
        named: Tensors that get a band of their own.
        measured: Bytes measured while each node ran.
        measured_peak: Highest number of live bytes that was measured.
    """
    length, scratch = len(timeline.order), len(named) + list(KINDS).index("scratch")
    tensors = [_tensor(buffer, forward, named) for buffer in timeline.buffers if buffer.nbytes]
    changes = [[0] * (length + 1) for _ in [*named, *KINDS]]
    for tensor in tensors:
        changes[tensor.band][tensor.born] += tensor.nbytes
        changes[tensor.band][min(tensor.dies + 1, length)] -= tensor.nbytes
    lives = [list(itertools.accumulate(change[:length])) for change in changes]
    held = [sum(column) for column in zip(*lives, strict=True)]
    lives[scratch] = [live - known for live, known in zip(timeline.live, held, strict=True)]
    titles = [*((name, "tensor") for name in named), *((text, kind) for kind, text in KINDS.items())]
    bands = [Band(name, kind, live) for (name, kind), live in zip(titles, lives, strict=True)]
    tensors.sort(key=lambda each: -each.nbytes)
    return Memory(
        title=title,
        nodes=[(str(node.name or ""), node.op_type) for node in timeline.order],
        forward=forward,
        bands=bands,
        tensors=tensors[:_LISTED],
        left_out=max(0, len(tensors) - _LISTED),
        measured=measured,
        measured_peak=measured_peak,
    )


def _tensor(buffer: Buffer, forward: int, named: Sequence[str]) -> Tensor:
    name = _name(buffer)
    band = named.index(name) if name in named else len(named) + list(KINDS).index(_kind(buffer, forward))
    return Tensor(name, len(buffer.values) - 1, buffer.nbytes, buffer.born, buffer.dies, band)


def _kind(buffer: Buffer, forward: int) -> str:
    first = buffer.values[0]
    producer = first.producer()
    if producer is not None and producer.domain == domain.DOMAIN and first.index():
        return "passing" if producer.op_type in domain.GRADIENTS | domain.BATCH_NORMS else "held"
    return "stash" if buffer.born < forward <= buffer.dies else "passing"


def _name(buffer: Buffer) -> str:
    return str(buffer.values[0].name)
