"""Keeps a graph in topological order after nodes were put in front of the reader that runs first."""

import onnx_ir as ir


def keep_sorted(graph: ir.Graph) -> None:
    """Sort the nodes when one now stands before what it reads.

    A restored tensor stands before the reader that runs first, and readers that share it may stand
    before that one. Nothing is moved without need: ONNX Runtime breaks ties by the order in the file.
    """
    seen: set[ir.Node] = set()
    for node in graph:
        seen.add(node)
        for value in node.inputs:
            producer = value.producer() if value is not None else None
            if producer is not None and producer.graph is graph and producer not in seen:
                graph.sort()
                return
