"""What a node costs: predicted seconds on one core.

Bytes moved at the rate of memory, elements at what a function costs each, multiply-adds at the rate of
the matrix kernels. The defaults were measured on one core of a server processor with AVX2; only their
ratios decide anything.
"""

import dataclasses
import math

import onnx_ir as ir

from bitgraph.graph.alias import VIEWS
from bitgraph.graph.sizes import Sizes


@dataclasses.dataclass(frozen=True)
class Rates:
    """How fast a processor is.

    Attributes:
        bytes_per_second: Memory traffic of an elementwise kernel, reads and writes together.
        flops_per_second: Multiply-adds of Conv and MatMul, counted as two.
        depthwise_flops_per_second: The same for a Conv of one channel a group.
        elements_per_second: Values of a transcendental function (Erf, Exp, Tanh, Softmax ...).
        node_seconds: What running a node costs whatever its size.
    """

    bytes_per_second: float = 12e9
    flops_per_second: float = 60e9
    depthwise_flops_per_second: float = 8e9
    elements_per_second: float = 0.6e9
    node_seconds: float = 2e-6


DEFAULT_RATES = Rates()

_TRANSCENDENTAL = frozenset(
    {
        "BiasGelu",
        "Cos",
        "Erf",
        "Exp",
        "FastGelu",
        "Gelu",
        "Log",
        "LogSoftmax",
        "Pow",
        "QuickGelu",
        "Sigmoid",
        "Sin",
        "Softmax",
        "Softplus",
        "Tanh",
    }
)


def node_seconds(node: ir.Node, sizes: Sizes, rates: Rates = DEFAULT_RATES) -> float:
    """Return the predicted seconds that ``node`` runs on one core."""
    if node.op_type in VIEWS:
        return rates.node_seconds
    if node.op_type == "Conv":
        return rates.node_seconds + _conv_seconds(node, sizes, rates)
    if node.op_type in {"MatMul", "FusedMatMul", "Gemm"}:
        return rates.node_seconds + _matmul_flops(node, sizes) / rates.flops_per_second
    moved = sum(sizes.nbytes(value) for value in (*node.inputs, *node.outputs) if value is not None)
    seconds = moved / rates.bytes_per_second
    if node.op_type in _TRANSCENDENTAL:
        seconds += sizes.elements(node.outputs[0]) / rates.elements_per_second
    return rates.node_seconds + seconds


def _conv_seconds(node: ir.Node, sizes: Sizes, rates: Rates) -> float:
    weight = sizes.shape(node.inputs[1]) if node.inputs[1] is not None else None
    if weight is None:
        return math.inf
    flops = 2.0 * sizes.elements(node.outputs[0]) * math.prod(weight[1:])
    return flops / (rates.depthwise_flops_per_second if weight[1] == 1 else rates.flops_per_second)


def _matmul_flops(node: ir.Node, sizes: Sizes) -> float:
    left = sizes.shape(node.inputs[0]) if node.inputs[0] is not None else None
    if not left:
        return math.inf
    transposed = "transA" in node.attributes and node.attributes["transA"].as_int()
    depth = left[-2] if transposed and len(left) > 1 else left[-1]
    return 2.0 * sizes.elements(node.outputs[0]) * depth
