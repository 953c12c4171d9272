"""Puts a node where another stands.

The old node stays in the graph, without inputs: onnx_ir looks through all outputs of the graph whenever
something is removed, so a pass removes what it has replaced at once, when it is through.
"""

from collections.abc import Iterable, Sequence

import onnx_ir as ir
from bitgraph.passes.sorting import keep_sorted

from bitgraph import domain


def replace(old: ir.Node, new: ir.Node) -> ir.Node:
    """Put ``new`` behind ``old`` and let its outputs take over names, shapes and readers; return ``old``."""
    for before, after in zip(old.outputs, new.outputs, strict=True):
        after.name, after.shape, after.type = before.name, before.shape, before.type
    ir.convenience.replace_all_uses_with(old.outputs, new.outputs, replace_graph_outputs=True)
    assert old.graph is not None
    old.graph.insert_after(old, new)
    disconnect([old])
    return old


def disconnect(nodes: Iterable[ir.Node]) -> None:
    """Take the inputs from ``nodes``, which are to be removed."""
    for node in nodes:
        for index in range(len(node.inputs)):
            node.replace_input_with(index, None)


def take_out(replaced: Sequence[ir.Node], model: ir.Model) -> None:
    """Remove the nodes that others stand for now, in a graph that is sorted then and knows our operators."""
    model.graph.remove(replaced, safe=True)
    keep_sorted(model.graph)
    model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
