"""The order in which ONNX Runtime will run the nodes of a graph."""

import onnx_ir as ir

from bitgraph.graph.dataflow import producers
from bitgraph.graph.loaded import Loaded

SHAPE_READERS = frozenset({"Shape", "Size"})
"""Operators that read no data; ONNX Runtime's training build runs them right behind the producer."""


def execution_order(graph: ir.Graph, loaded: Loaded | None = None) -> list[ir.Node]:
    """Return the nodes in the default order of ONNX Runtime's training build.

    A depth-first walk against the edges, from the leaves, those later in the file first, and a
    node is done after all it reads; then Shape and Size move to right behind what they measure.
    Without ``loaded``, nodes that the runtime fuses at load are treated as they stand in the file.
    """
    nodes = list(graph) if loaded is None else loaded.nodes
    position = {node: index for index, node in enumerate(nodes)}
    made_by = producers if loaded is None else loaded.producers
    sources = {node: sorted(made_by(node), key=position.__getitem__) for node in nodes}
    inner = {producer for node in nodes for producer in sources[node]}
    done: list[ir.Node] = []
    seen: set[ir.Node] = set()
    stack = [(node, False) for node in nodes if node not in inner]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            done.append(node)
            continue
        if node in seen:
            continue
        seen.add(node)
        stack.append((node, True))
        stack.extend((producer, False) for producer in sources[node] if producer not in seen)
    return _hoist_shape_readers(done)


def _hoist_shape_readers(order: list[ir.Node]) -> list[ir.Node]:
    behind: dict[ir.Node | None, list[ir.Node]] = {}
    for node in order:
        if node.op_type in SHAPE_READERS and node.inputs[0] is not None:
            behind.setdefault(node.inputs[0].producer(), []).append(node)
    hoisted = list(behind.pop(None, []))
    moved = {node for nodes in behind.values() for node in nodes} | set(hoisted)
    for node in order:
        if node not in moved:
            hoisted.append(node)
            hoisted.extend(behind.get(node, []))
    return hoisted
