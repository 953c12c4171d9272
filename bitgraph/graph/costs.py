"""What a node costs: predicted seconds on one core.

Bytes moved at the rate of memory, elements at what their function costs, multiply-adds at the rate of the
matrix kernels. The defaults were read off onnxruntime-training 1.19.2's own profile of four nets, on one
core of a server processor; decisions depend on their ratios only.
"""

import dataclasses
import math

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.alias import VIEWS
from bitgraph.graph.sizes import Sizes


@dataclasses.dataclass(frozen=True)
class Rates:
    """How fast a processor is.

    Attributes:
        bytes_per_second: Traffic of a kernel that only moves and adds, reads and writes together.
        conv_flops_per_second: Multiply-adds of Conv, counted as two.
        depthwise_flops_per_second: The same for a Conv of one channel a group.
        matmul_flops_per_second: The same for MatMul and Gemm.
        elements_per_second: What a function that costs 1 in the table below makes.
        node_seconds: What running a node costs whatever its size.
    """

    bytes_per_second: float = 15e9
    conv_flops_per_second: float = 40e9
    depthwise_flops_per_second: float = 2.4e9
    matmul_flops_per_second: float = 80e9
    elements_per_second: float = 1e9
    node_seconds: float = 2e-6


DEFAULT_RATES = Rates()

_ELEMENT_COSTS = {
    "BatchNormalizationGrad": 1.0,
    "BiasGelu": 1.0,
    "BiasGeluGrad_dX": 3.8,
    "Cos": 2.0,
    "Dropout": 5.0,
    "Erf": 1.0,
    "Exp": 0.5,
    "FastGelu": 1.0,
    "FastGeluGrad": 4.0,
    "Gelu": 1.0,
    "GeluGrad": 3.8,
    "LayerNormalization": 1.7,
    "LayerNormalizationGrad": 3.0,
    "Log": 2.0,
    "LogSoftmax": 0.5,
    "MaxPool": 45.0,
    "MaxPoolGrad": 4.0,
    "Pow": 4.0,
    "QuickGelu": 1.0,
    "ReluGrad": 8.0,
    "Sigmoid": 0.5,
    "SigmoidGrad": 1.0,
    "Sin": 2.0,
    "Softmax": 0.4,
    "SoftmaxGrad_13": 1.1,
    "Softplus": 2.0,
    "Tanh": 0.5,
    domain.MAX_POOL_INDEX_GRAD: 0.5,
    domain.RELU_PACK: 0.3,  # It reads once more what it has written.
}
"""Nanoseconds an element of the first output, at the default rates, beside the traffic."""

_MATRIX = frozenset({"FusedMatMul", "Gemm", "MatMul"})


def node_seconds(node: ir.Node, sizes: Sizes, rates: Rates = DEFAULT_RATES) -> float:
    """Return the predicted seconds that ``node`` runs on one core."""
    if node.op_type in VIEWS or node.op_type == domain.BARRIER:
        return rates.node_seconds
    if node.op_type in {"Conv", "ConvGrad"}:
        return rates.node_seconds + _conv_seconds(node, sizes, rates)
    if node.op_type in _MATRIX:
        return rates.node_seconds + _matmul_flops(node, sizes) / rates.matmul_flops_per_second
    moved = sum(sizes.nbytes(value) for value in (*node.inputs, *node.outputs) if value is not None)
    elements = _ELEMENT_COSTS.get(node.op_type, 0.0) * sizes.elements(node.outputs[0])
    return rates.node_seconds + moved / rates.bytes_per_second + elements / rates.elements_per_second


def step_seconds(order: list[ir.Node], sizes: Sizes, rates: Rates = DEFAULT_RATES) -> float:
    """Return the predicted seconds of a whole step on one core; nodes of unknown size count nothing."""
    seconds = (node_seconds(node, sizes, rates) for node in order)
    return sum(each for each in seconds if math.isfinite(each))


def _conv_seconds(node: ir.Node, sizes: Sizes, rates: Rates) -> float:
    """ConvGrad computes two tensors of the same number of multiply-adds."""
    backward = node.op_type == "ConvGrad"
    kernel, image = (node.inputs[2], node.inputs[0]) if backward else (node.inputs[1], node.outputs[0])
    weight = sizes.shape(kernel) if kernel is not None else None
    if weight is None or image is None:
        return math.inf
    flops = 2.0 * sizes.elements(image) * math.prod(weight[1:]) * (2 if backward else 1)
    rate = rates.depthwise_flops_per_second if weight[1] == 1 else rates.conv_flops_per_second
    return flops / rate


def _matmul_flops(node: ir.Node, sizes: Sizes) -> float:
    left = sizes.shape(node.inputs[0]) if node.inputs[0] is not None else None
    if not left:
        return math.inf
    transposed = "transA" in node.attributes and node.attributes["transA"].as_int()
    depth = left[-2] if transposed and len(left) > 1 else left[-1]
    return 2.0 * sizes.elements(node.outputs[0]) * depth
