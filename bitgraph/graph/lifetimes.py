"""How long the memory of a value is needed."""

import onnx_ir as ir

from bitgraph.graph.alias import always_shared
from bitgraph.graph.dataflow import reads


class Lifetimes:
    """The last node that needs each value's memory, when the nodes run in an order."""

    def __init__(self, graph: ir.Graph, order: list[ir.Node]) -> None:
        """Follow the values of ``graph`` through the nodes in ``order``."""
        self._roots: dict[ir.Value, ir.Value] = {}
        self._last: dict[ir.Value, ir.Node] = {}
        for node in order:
            for index, value in enumerate(node.outputs):
                shared = always_shared(node, index)
                source = node.inputs[shared] if shared is not None else None
                if source is not None:
                    self._roots[value] = self._root(source)
            for value in reads(node):
                self._last[self._root(value)] = node
        self._kept = {self._root(value) for value in graph.outputs}

    def last_reader(self, value: ir.Value) -> ir.Node | None:
        """Return the node that reads ``value``, or what shares its memory, last.

        None where the memory is the caller's or outlives the step: inputs, initializers and outputs.
        """
        root = self._root(value)
        if root.producer() is None or root in self._kept:
            return None
        return self._last.get(root)

    def _root(self, value: ir.Value) -> ir.Value:
        return self._roots.get(value, value)
