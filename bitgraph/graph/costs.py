"""What a node costs: seconds as a profile measured them, else as predicted for one core.

Predicted are bytes moved at the rate of memory, elements at what their function costs, multiply-adds at the
rate of the matrix kernels. Decisions depend on the ratios of the rates only.
"""

import math
from collections.abc import Iterable

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.alias import VIEWS
from bitgraph.graph.einsum import contracted_elements
from bitgraph.graph.running import run_by
from bitgraph.graph.sizes import Sizes
from bitgraph.graph.streaming import takes_two_runs

ELEMENT_COSTS = {
    "BiasGelu": 0.5,
    "BiasGeluGrad_dX": 3.0,
    "Cos": 2.0,
    "Dropout": 4.3,
    "Erf": 0.6,
    "Exp": 0.3,
    "FastGelu": 0.5,
    "FastGeluGrad": 3.2,
    "Gelu": 0.5,
    "GeluGrad": 3.0,
    "LayerNormalization": 1.2,
    "LayerNormalizationGrad": 2.2,
    "Log": 2.0,
    "LogSoftmax": 0.2,
    "MaxPool": 45.0,
    "MaxPoolGrad": 4.0,
    "Pow": 4.0,
    "QuickGelu": 0.5,
    "ReluGrad": 7.2,
    "Sigmoid": 0.3,
    "SigmoidGrad": 0.3,
    "Sin": 2.0,
    "Softmax": 0.1,
    "SoftmaxGrad_13": 0.3,
    "Softplus": 2.0,
    "Tanh": 0.3,
    "Where": 10.0,
    domain.DROPOUT_PACK: 0.2,
    domain.LAYER_NORM_GRAD: 0.3,
    domain.CODED_PACK: 0.8,
    domain.MAX_POOL_INDEX: 2.0,
    domain.MAX_POOL_INDEX_GRAD: 0.5,
    domain.RELU_PACK: 0.3,  # It reads once more what it has written.
}
"""Nanoseconds an element of the first output, at the default rates, beside the traffic."""

_CONVOLUTIONS = frozenset({"Conv", "ConvGrad", "ConvTranspose"}) | domain.CONV_GRADS
_MATRIX = frozenset({"FusedMatMul", "Gemm", "MatMul"})


class Costs:
    """What the nodes of a graph cost.

    A node that the profile of the config knows costs what was measured, and so does one that repeats it; at
    another batch, in proportion to it. The rest, and what a rewrite adds, is predicted from the rates.
    """

    def __init__(self, sizes: Sizes, config: Config) -> None:
        """Take sizes and config as they are; the config says how fast the processor is."""
        self.rates = config.rates
        self._sizes, self._profile = sizes, config.profile
        measured_batch = 1 if config.profile is None else config.profile.batch
        self._scale = (config.batch or measured_batch) / measured_batch

    def seconds(self, node: ir.Node) -> float:
        """Return what ``node`` costs; infinite when its sizes are not known."""
        if node.op_type in domain.STREAMS:
            return self._stream_seconds(node)
        measured = self._measured(node)
        return self._predicted(node) if measured is None else measured * self._scale

    def repeat_seconds(self, node: ir.Node) -> float:
        """Return what computing the first output of ``node`` again costs.

        Dropout is repeated with the mask that it drew; drawing is what makes it slow.
        """
        if node.op_type != "Dropout":
            return self.seconds(node)
        moved = 3 * self._sizes.nbytes(node.outputs[0])
        return self.rates.node_seconds + moved / self.rates.bytes_per_second

    def step_seconds(self, nodes: Iterable[ir.Node]) -> float:
        """Return what a whole step costs; nodes of unknown size count nothing."""
        return sum(each for each in map(self.seconds, nodes) if math.isfinite(each))

    def two_trips(self, nbytes: int) -> float:
        """Return what two nodes cost that move ``nbytes`` each, a Pack and its Unpack."""
        return 2 * self.rates.node_seconds + 2 * nbytes / self.rates.bytes_per_second

    def _stream_seconds(self, stream: ir.Node) -> float:
        """What its nodes cost; dX of a large batch norm takes what is in front of it a second time."""
        *sources, reader = self._sizes.program(stream).nodes
        runs = 2 if takes_two_runs(stream, self._sizes) else 1
        return runs * sum(map(self.seconds, sources)) + self.seconds(reader)

    def coding_seconds(self, value: ir.Value, packed: int) -> float:
        """Return what two nodes cost that code ``value`` to ``packed`` bytes and restore it."""
        elements = ELEMENT_COSTS[domain.CODED_PACK] * self._sizes.elements(value)
        moved = self.two_trips(self._sizes.nbytes(value) + packed)
        return moved + elements / self.rates.elements_per_second

    def _measured(self, node: ir.Node) -> float | None:
        if self._profile is None:
            return None
        name = node.metadata_props.get(domain.REPEATS_KEY, node.name)
        return self._profile.seconds(name or "", node.op_type)

    def _predicted(self, node: ir.Node) -> float:
        sizes, rates = self._sizes, self.rates
        if node.op_type in VIEWS or node.op_type == domain.BARRIER:
            return rates.node_seconds
        if node.op_type in _CONVOLUTIONS:
            restored = self._restored_bytes(node) / rates.bytes_per_second
            return rates.node_seconds + restored + self._conv_seconds(node)
        if node.op_type == "Einsum":
            flops = 2.0 * contracted_elements(node, sizes)
            return rates.node_seconds + flops / rates.matmul_flops_per_second
        if node.op_type in _MATRIX:
            return rates.node_seconds + _matmul_flops(node, sizes) / rates.matmul_flops_per_second
        moved = sum(sizes.nbytes(value) for value in (*node.inputs, *node.outputs) if value is not None)
        elements = ELEMENT_COSTS.get(run_by(node), 0.0) * sizes.elements(node.outputs[0])
        return rates.node_seconds + moved / rates.bytes_per_second + elements / rates.elements_per_second

    def _restored_bytes(self, node: ir.Node) -> int:
        """What a convolution moves to restore its input before it begins."""
        if node.op_type != domain.CONV_GRAD_HELD or node.inputs[1] is None:
            return 0
        return self._sizes.nbytes(node.inputs[1]) + self._sizes.nbytes(node.outputs[0])

    def _conv_seconds(self, node: ir.Node) -> float:
        """ConvGrad computes two tensors of the same number of multiply-adds; ConvTranspose is one of them."""
        backward = node.op_type not in {"Conv", "ConvTranspose"}
        kernel = node.inputs[2 if backward else 1]
        image = node.outputs[0] if node.op_type == "Conv" else node.inputs[0]
        weight = self._sizes.shape(kernel) if kernel is not None else None
        if weight is None or image is None:
            return math.inf
        flops = 2.0 * self._sizes.elements(image) * math.prod(weight[1:]) * (2 if backward else 1)
        if weight[1] == 1:
            return flops / self.rates.depthwise_flops_per_second
        return flops / self.rates.conv_flops_per_second


def _matmul_flops(node: ir.Node, sizes: Sizes) -> float:
    left = sizes.shape(node.inputs[0]) if node.inputs[0] is not None else None
    if not left:
        return math.inf
    transposed = "transA" in node.attributes and node.attributes["transA"].as_int()
    depth = left[-2] if transposed and len(left) > 1 else left[-1]
    return 2.0 * sizes.elements(node.outputs[0]) * depth
