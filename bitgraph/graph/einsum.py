"""What an Einsum multiplies."""

import math

import onnx_ir as ir

from bitgraph.graph.sizes import Sizes


def contracted_elements(node: ir.Node, sizes: Sizes) -> float:
    """Return the number of products that an Einsum without an ellipsis adds up; infinite where unknown."""
    operands = node.attributes["equation"].as_string().replace(" ", "").split("->")[0].split(",")
    dims: dict[str, int] = {}
    for labels, value in zip(operands, node.inputs, strict=False):
        shape = None if value is None else sizes.shape(value)
        if shape is None or len(shape) != len(labels):
            return math.inf
        dims.update(zip(labels, shape, strict=True))
    return float(math.prod(dims.values()))
