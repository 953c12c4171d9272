"""Which operator of the runtime a node runs."""

import onnx_ir as ir

from bitgraph import domain


def run_by(node: ir.Node) -> str:
    """Return the operator that ``node`` is, or the one that a RunInPlace runs."""
    if node.domain == domain.DOMAIN and node.op_type == domain.RUN_IN_PLACE:
        return node.attributes["op"].as_string()
    return node.op_type
