"""What an Einsum of two operands multiplies, and what its kernel makes on the way."""

import math

import onnx_ir as ir

from bitgraph.graph.sizes import Sizes


def contracted_elements(node: ir.Node, sizes: Sizes) -> float:
    """Return the number of products that an Einsum without an ellipsis adds up; infinite where unknown."""
    operands, _ = _labels(node)
    dims: dict[str, int] = {}
    for labels, value in zip(operands, node.inputs, strict=False):
        shape = None if value is None else sizes.shape(value)
        if shape is None or len(shape) != len(labels):
            return math.inf
        dims.update(zip(labels, shape, strict=True))
    return float(math.prod(dims.values()))


def copied_bytes(node: ir.Node, sizes: Sizes) -> int:
    """Return the bytes of the copies that the kernel holds beside operands and result at once.

    Measured on onnxruntime 1.32, one node alone: the product before it becomes the result, twice where the
    labels of the result do not come in the order of the operands; the left operand where what is summed up
    does not come last in it; the right one, twice where that does.
    """
    operands, result = _labels(node)
    if len(operands) != 2 or None in node.inputs[:2]:
        return 0
    left, right = operands
    summed = [label for label in left if label in right and label not in result]
    first, second = (0 if value is None else sizes.nbytes(value) for value in node.inputs[:2])
    ends_in_sum = bool(summed) and left.endswith("".join(summed))
    turned = bool(summed) and right[-1] in summed
    in_order = "".join(dict.fromkeys(label for label in left + right if label in result)) == result
    product = sizes.nbytes(node.outputs[0])
    return product * (1 if in_order else 2) + first * (not ends_in_sum) + second * (2 if turned else 1)


def _labels(node: ir.Node) -> tuple[list[str], str]:
    left, _, right = node.attributes["equation"].as_string().replace(" ", "").partition("->")
    return left.split(","), right
