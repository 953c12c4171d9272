"""Nodes whose results are wrong in stock ONNX Runtime 1.19.2, so that bits cannot be compared.

Both were found by comparing stock with itself: the weight gradients of a Conv with auto_pad change
with what the heap held before (MALLOC_PERTURB_), and those behind an AveragePool with a symbolic batch
are off by orders of magnitude against the same net with a fixed batch.
"""

import onnx_ir as ir


def fault_notes(graph: ir.Graph) -> list[str]:
    """Return a line for each kind of node in ``graph`` that stock ONNX Runtime computes wrongly."""
    notes = []
    padded = [node for node in graph if node.op_type == "ConvGrad" and _pads_itself(node)]
    if padded:
        notes.append(
            f"{len(padded)} ConvGrad with auto_pad (the first is '{padded[0].name}'): ONNX Runtime reads"
            " memory there that nothing wrote, with bitgraph or without; give the Conv explicit pads"
        )
    pools = [node for node in graph if node.op_type == "AveragePoolGrad" and _is_open(node.outputs[0])]
    if pools:
        notes.append(
            f"{len(pools)} AveragePoolGrad with a symbolic batch (the first is '{pools[0].name}'): ONNX"
            " Runtime needs a fixed batch there, with bitgraph or without; export the net with one"
        )
    return notes


def _pads_itself(node: ir.Node) -> bool:
    mode = node.attributes["auto_pad"].as_string() if "auto_pad" in node.attributes else "NOTSET"
    return mode.startswith("SAME")


def _is_open(value: ir.Value) -> bool:
    return value.shape is None or any(not isinstance(dim, int) for dim in value.shape)
