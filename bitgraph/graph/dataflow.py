"""The graph of nodes and the values between them, as networkx sees it."""

import networkx as nx
import onnx_ir as ir


def dataflow(graph: ir.Graph) -> "nx.DiGraph[ir.Node]":
    """Return the directed graph of the top-level nodes: an edge for each value read.

    A value read inside a subgraph (If, Loop) is an edge to the top-level node that owns the subgraph.
    """
    flow: nx.DiGraph[ir.Node] = nx.DiGraph()
    flow.add_nodes_from(graph)
    for node in graph:
        for value in reads(node):
            producer = value.producer()
            if producer is not None and producer.graph is graph:
                flow.add_edge(producer, node)
    return flow


def reads(node: ir.Node) -> list[ir.Value]:
    """Return the values that ``node`` reads, those captured by its subgraphs included."""
    values = [value for value in node.inputs if value is not None]
    for attribute in node.attributes.values():
        if attribute.type == ir.AttributeType.GRAPH:
            bodies = [attribute.as_graph()]
        elif attribute.type == ir.AttributeType.GRAPHS:
            bodies = list(attribute.as_graphs())
        else:
            continue
        for body in bodies:
            values.extend(_captured(body))
    return values


def _captured(body: ir.Graph) -> list[ir.Value]:
    inner = set(body.inputs) | set(body.initializers.values())
    captured: list[ir.Value] = []
    for node in body:
        captured.extend(value for value in reads(node) if value not in inner)
        inner.update(node.outputs)
    return captured
