"""Reads a value under the dims of another.

The runtime lets an operator work in place only where both sides look alike, dim by dim, number or name.
"""

import onnx_ir as ir

from bitgraph import domain


def read_alike(source: ir.Value, node: ir.Node) -> ir.Value:
    """Put ``Barrier(source)`` before ``node``; return it, with the dims of what ``node`` computes."""
    result = node.outputs[0]
    barrier = ir.node(domain.BARRIER, [source], domain=domain.DOMAIN, name=f"{node.name}/{domain.BARRIER}")
    alike = barrier.outputs[0]
    alike.name, alike.shape, alike.type = f"{source.name}.alike", result.shape, result.type
    assert node.graph is not None
    node.graph.insert_before(node, barrier)
    return alike
