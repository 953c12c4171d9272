"""Memory that ONNX Runtime's CPU kernels allocate for themselves while they run.

Each rule was read off onnxruntime-training 1.19.2 by measuring one node alone.
"""

import math

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.einsum import copied_bytes
from bitgraph.graph.running import run_by
from bitgraph.graph.sizes import Sizes
from bitgraph.graph.streaming import inner_bytes

_TENSORS: dict[str, int] = {
    "HardSwish": 1,
    "BiasGelu": 1,
    "BiasGeluGrad_dX": 1,
    "LogSoftmaxGrad_13": 1,
    "Where": 2,
    "LayerNormalizationGrad": 4,
}
"""Whole tensors of the first output's size."""

_SCORES = {"SoftmaxCrossEntropyLoss": (0, 1), "SoftmaxCrossEntropyLossGrad": (1, 0)}
"""The input of a loss that holds the scores, and how many tensors of their size it takes at rank 2."""

_CONV_COLUMNS = 64 * 1024
"""What Conv unfolds a piece of an image into, on one thread."""


def scratch_bytes(node: ir.Node, sizes: Sizes) -> int:
    """Return the bytes of scratch memory that the kernel of ``node`` takes."""
    if node.op_type in domain.STREAMS:
        inner = sizes.program(node).nodes
        return inner_bytes(node, sizes) + max(scratch_bytes(each, sizes) for each in inner)
    if node.op_type == "ConvGrad" or node.op_type in domain.CONV_GRADS:
        return _column_bytes(node, sizes)
    if node.op_type in {"Conv", "FusedConv"}:
        return _piece_bytes(node, sizes)
    if node.op_type == "Einsum":
        return copied_bytes(node, sizes)
    if node.op_type in _SCORES:
        return _score_bytes(node, sizes)
    if node.op_type == "Sum" and len(node.inputs) > 2:
        return sizes.nbytes(node.outputs[0])
    tensors = _TENSORS.get(run_by(node), 0)
    return tensors * sizes.nbytes(node.outputs[0]) if tensors else 0


def _score_bytes(node: ir.Node, sizes: Sizes) -> int:
    """One tensor more where the classes are not the last dim: they are brought there."""
    index, tensors = _SCORES[node.op_type]
    scores = node.inputs[index]
    shape = None if scores is None else sizes.shape(scores)
    if scores is None or shape is None:
        return 0
    return (tensors + (len(shape) > 2)) * sizes.nbytes(scores)


def _column_bytes(node: ir.Node, sizes: Sizes) -> int:
    """ConvGrad unfolds one image: C * kernel area * output plane floats."""
    gradient, _, weight = node.inputs[:3]
    if gradient is None or weight is None:
        return 0
    plane, kernel = sizes.shape(gradient), sizes.shape(weight)
    if plane is None or kernel is None:
        return 0
    columns = kernel[1]
    for dim in (*kernel[2:], *plane[2:]):
        columns *= dim
    return 4 * columns


def _piece_bytes(node: ir.Node, sizes: Sizes) -> int:
    """Conv unfolds a piece of an image; the whole of a small one, and nothing if it is pointwise."""
    image, weight = node.inputs[:2]
    if image is None or weight is None:
        return 0
    before, after, kernel = sizes.shape(image), sizes.shape(node.outputs[0]), sizes.shape(weight)
    if before is None or after is None or kernel is None:
        return 0
    area, plane = math.prod(kernel[2:]), math.prod(after[2:])
    if area == 1 and before[2:] == after[2:]:
        return 0
    group = node.attributes.get_int("group", 1)
    if kernel[0] // group > plane:
        return 4 * kernel[1] * area * plane
    return _CONV_COLUMNS
