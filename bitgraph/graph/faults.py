"""Nodes whose results are wrong in stock ONNX Runtime 1.19.2, so that bits cannot be compared.

They were found by comparing stock with itself: the weight gradients of a Conv with auto_pad change with
what the heap held before (MALLOC_PERTURB_), those behind an AveragePool with a symbolic batch are off by
orders of magnitude against the same net with a fixed batch, and the gradient of a Conv with groups of
anything but images writes past its memory.
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
    groups = [node for node in graph if node.op_type == "ConvGrad" and _groups_no_images(node)]
    if groups:
        notes.append(
            f"{len(groups)} ConvGrad with groups of tensors that are no images (the first is"
            f" '{groups[0].name}'): ONNX Runtime writes past its memory there, with bitgraph or without;"
            " give the Conv images with an axis of size 1"
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


def _groups_no_images(node: ir.Node) -> bool:
    weight = node.inputs[2]
    rank = None if weight is None or weight.shape is None else len(weight.shape)
    return rank not in (None, 4) and node.attributes.get_int("group", 1) != 1


def _is_open(value: ir.Value) -> bool:
    return value.shape is None or any(not isinstance(dim, int) for dim in value.shape)
