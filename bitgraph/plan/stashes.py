"""Finds the stashes of a training graph: forward values that backward nodes read."""

import dataclasses

import onnx_ir as ir

from bitgraph.graph.alias import VIEWS
from bitgraph.graph.dataflow import reads
from bitgraph.graph.order import SHAPE_READERS
from bitgraph.graph.split import Split


@dataclasses.dataclass(frozen=True)
class Use:
    """One read of a stash by the backward pass.

    Attributes:
        node: The backward node.
        index: Which of its inputs; -1 when a subgraph of it captures the value.
        views: Forward views (Reshape, Flatten ...) between the stash and what the node reads.
    """

    node: ir.Node
    index: int
    views: tuple[ir.Node, ...] = ()


@dataclasses.dataclass(frozen=True)
class Stash:
    """A forward value that some backward node reads, directly or through a view.

    Attributes:
        value: The value; views of one buffer are one stash, named for what they are views of.
        uses: Its reads by the backward pass, those of the shape alone not counted.
    """

    value: ir.Value
    uses: tuple[Use, ...]


def find_stashes(graph: ir.Graph, halves: Split) -> list[Stash]:
    """Return the stashes of ``graph`` in the order in which the forward pass makes them.

    Inputs of the graph (data and parameters) are the caller's to hold and not among them.
    """
    uses: dict[ir.Value, list[Use]] = {}
    for node in graph:
        if node not in halves.backward or node.op_type in SHAPE_READERS:
            continue
        for index, value in _indexed_reads(node):
            root, views = _root(value, halves)
            if root.producer() in halves.forward:
                uses.setdefault(root, []).append(Use(node, index, views))
    return [Stash(value, tuple(uses[value])) for node in graph for value in node.outputs if value in uses]


def _indexed_reads(node: ir.Node) -> list[tuple[int, ir.Value]]:
    direct = [(index, value) for index, value in enumerate(node.inputs) if value is not None]
    seen = {value for _, value in direct}
    return direct + [(-1, value) for value in reads(node) if value not in seen]


def _root(value: ir.Value, halves: Split) -> tuple[ir.Value, tuple[ir.Node, ...]]:
    """What ``value`` is a view of, and the views in between in the order of the data."""
    views: list[ir.Node] = []
    producer = value.producer()
    while producer in halves.forward and producer is not None and producer.op_type in VIEWS:
        source = producer.inputs[0]
        if source is None or source.producer() not in halves.forward:
            break
        views.insert(0, producer)
        value, producer = source, source.producer()
    return value, tuple(views)
