"""What a Pack re-emits so that it runs in the forward pass."""

import onnx_ir as ir

from bitgraph.graph.split import Split


def carrier_of(value: ir.Value, halves: Split) -> ir.Value | None:
    """Return what the forward pass reads on behind ``value``: itself or its node's first output."""
    producer = value.producer()
    candidates = [value] if producer is None else [value, producer.outputs[0]]
    for candidate in candidates:
        on = [use for use in candidate.uses() if use.node not in halves.backward]
        if on and not candidate.is_graph_output():
            return candidate
    return None
