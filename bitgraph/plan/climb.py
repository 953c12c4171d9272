"""Follows what a gradient reads back to what is kept, through nodes that nothing else reads from."""

import heapq
from collections.abc import Mapping

import onnx_ir as ir

from bitgraph import domain
from bitgraph.plan.samples import Samples, arguments
from bitgraph.programs import OPERATORS
from bitgraph.programs.program import MAX_NODES

_DOMAINS = {name: each.domain for name, each in OPERATORS.items() if each.outputs == 1}


def climb(reader: ir.Node, samples: Samples, place: Mapping[ir.Node, int]) -> tuple[ir.Node, ...]:
    """Return the nodes in front of the second input of ``reader`` that can become part of it.

    Barriers are among them; they are none of a program's operators, and what they wait for does not count.

    Args:
        reader: The gradient.
        samples: The samples that it comes in.
        place: Where the nodes of the graph stand; none stands before what it reads.

    Returns:
        The nodes, each behind what it reads.
    """
    found: set[ir.Node] = set()
    seen = {_maker(reader.inputs[0])}
    heap: list[tuple[int, ir.Node]] = []  # Each place is of one node: nodes are never compared.

    def push(values: list[ir.Value | None]) -> None:
        for node in map(_maker, values):
            if node is not None and node in place and node not in seen:
                seen.add(node)
                heapq.heappush(heap, (-place[node], node))

    push([reader.inputs[1]])
    # The latest first: what reads from a node has been looked at before the node itself.
    while heap and len(found) < MAX_NODES - 2:
        _, node = heapq.heappop(heap)
        if _serves(node, {reader, *found}) and (is_barrier(node) or _runs(node, samples)):
            found.add(node)
            push([node.inputs[0]] if is_barrier(node) else arguments(node))
    return tuple(sorted(found, key=place.__getitem__))


def is_barrier(node: ir.Node | None) -> bool:
    """Whether ``node`` only hands its first input on."""
    return node is not None and node.op_type == domain.BARRIER and node.domain == domain.DOMAIN


def behind(value: ir.Value | None, nodes: tuple[ir.Node, ...]) -> ir.Value | None:
    """Return what ``value`` is, seen through the barriers among ``nodes``."""
    node = _maker(value)
    while node is not None and is_barrier(node) and node in nodes:
        value = node.inputs[0]
        node = _maker(value)
    return value


def _runs(node: ir.Node, samples: Samples) -> bool:
    return _DOMAINS.get(node.op_type) == node.domain and samples.kinds(node) is not None


def _serves(node: ir.Node, readers: set[ir.Node]) -> bool:
    """Whether nothing but ``readers`` reads the outputs of ``node``."""
    return all(
        not value.is_graph_output() and all(use.node in readers for use in value.uses())
        for value in node.outputs
    )


def _maker(value: ir.Value | None) -> ir.Node | None:
    return None if value is None else value.producer()
