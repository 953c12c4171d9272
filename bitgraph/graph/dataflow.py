"""Which values and which nodes a node reads from."""

import networkx as nx
import onnx_ir as ir


def producers(node: ir.Node) -> list[ir.Node]:
    """Return the nodes of the same graph that ``node`` reads from, each once.

    A value read inside a subgraph (If, Loop) is read by the node that owns the subgraph.
    """
    made = dict.fromkeys(value.producer() for value in reads(node))
    return [producer for producer in made if producer is not None and producer.graph is node.graph]


def dataflow(graph: ir.Graph) -> "nx.DiGraph[ir.Node]":
    """Return the directed graph of the top-level nodes: an edge from each producer to its reader."""
    flow: nx.DiGraph[ir.Node] = nx.DiGraph()
    flow.add_nodes_from(graph)
    flow.add_edges_from((producer, node) for node in graph for producer in producers(node))
    return flow


def reads(node: ir.Node) -> list[ir.Value]:
    """Return the values that ``node`` reads, those captured by its subgraphs included."""
    values = [value for value in node.inputs if value is not None]
    for attribute in node.attributes.values() if node.attributes else ():
        single = attribute.type is ir.AttributeType.GRAPH
        if not single and attribute.type is not ir.AttributeType.GRAPHS:
            continue
        for body in [attribute.as_graph()] if single else attribute.as_graphs():
            values.extend(_captured(body))
    return values


def _captured(body: ir.Graph) -> list[ir.Value]:
    inner = set(body.inputs) | set(body.initializers.values())
    captured: list[ir.Value] = []
    for node in body:
        captured.extend(value for value in reads(node) if value not in inner)
        inner.update(node.outputs)
    return captured
