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
    "BatchNormInternal": 0.25,
    "BatchNormalizationGrad": 0.2,
    "BiasGelu": 0.5,
    "BiasGeluGrad_dX": 3.0,
    "Cast": 0.1,
    "Cos": 2.0,
    "Dropout": 4.1,
    "DropoutGrad": 0.4,
    "Erf": 0.6,
    "Exp": 0.3,
    "Expand": 1.4,
    "FastGelu": 0.5,
    "FastGeluGrad": 14.0,
    "GatherGrad": 20.0,
    "Gelu": 0.5,
    "GeluGrad": 3.0,
    "LayerNormalization": 1.2,
    "LayerNormalizationGrad": 2.2,
    "Log": 2.0,
    "LogSoftmax": 0.2,
    "MaxPool": 20.0,
    "MaxPoolGrad": 1.2,
    "Pow": 4.0,
    "QuickGelu": 0.5,
    "ReluGrad": 3.6,
    "Sigmoid": 0.3,
    "SigmoidGrad": 0.3,
    "SimplifiedLayerNormalizationGrad": 1.4,
    "Sin": 2.0,
    "Softmax": 0.1,
    "SoftmaxGrad_13": 0.3,
    "SoftmaxCrossEntropyLoss": 3.5,
    "SoftmaxCrossEntropyLossGrad": 3.6,
    "Softplus": 2.0,
    "Tanh": 0.3,
    "Where": 1.0,
    domain.DROPOUT_PACK: 0.2,
    domain.LAYER_NORM_GRAD: 0.3,
    domain.BATCH_NORM_GRAD: 0.2,
    domain.BATCH_NORM_IN_PLACE: 0.25,
    domain.CODED_PACK: 0.3,
    domain.MAX_POOL_INDEX: 2.6,
    domain.MAX_POOL_INDEX_GRAD: 0.5,
    domain.RELU_PACK: 0.3,  # It reads once more what it has written.
}
"""Nanoseconds an element of the largest output, at the default rates, beside the traffic."""

_BY_SAMPLES = 1.15
"""How much longer sources take some samples at a time than the whole batch at once: 1.0 to 1.25 was seen in
the smallest plans of five nets."""

_BACKWARD = 2.4
"""ConvGrad computes two products of as many multiply-adds, and adds up what was laid out."""

_PRODUCT_BYTES = 2000
"""What calling a matrix product takes, as the traffic that takes as long."""

_ROW_BYTES = 60
"""What laying out one row of a plane takes for one place of a depthwise kernel, likewise."""

_WEIGHT_BYTES = 2
"""What reading an element of a weight takes, likewise: it is in a cache. With these constants
the convolutions of twelve nets take within a tenth of what they did, in sum, but for one of narrow groups."""

_STANDS_FOR = {
    **dict.fromkeys(domain.CONV_GRADS, "ConvGrad"),
    domain.BATCH_NORM_IN_PLACE: "BatchNormInternal",
}
"""Operators of ours that take as long as the runtime's own."""

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
        measured = self.measured(node)
        return self.predicted(node) if measured is None else measured

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
        return _BY_SAMPLES * runs * sum(map(self.seconds, sources)) + self.seconds(reader)

    def coding_seconds(self, value: ir.Value, packed: int) -> float:
        """Return what two nodes cost that code ``value`` to ``packed`` bytes and restore it."""
        elements = ELEMENT_COSTS[domain.CODED_PACK] * self._sizes.elements(value)
        moved = self.two_trips(self._sizes.nbytes(value) + packed)
        return moved + elements / self.rates.elements_per_second

    def measured(self, node: ir.Node) -> float | None:
        """Return what the profile says of ``node``, of the one it repeats, or of the one it stands for."""
        if self._profile is None:
            return None
        name = node.metadata_props.get(domain.REPEATS_KEY, node.name)
        op_type = node.op_type
        if op_type in _STANDS_FOR:
            name, op_type = node.metadata_props.get(domain.STANDS_FOR_KEY), _STANDS_FOR[op_type]
        seconds = self._profile.seconds(name or "", op_type)
        return None if seconds is None else seconds * self._scale + self._restoring(node)

    def rate(self, node: ir.Node) -> str | None:
        """Return the name of the rate that decides what ``node`` is predicted to cost, None for a view."""
        if node.op_type in VIEWS or node.op_type == domain.BARRIER:
            return None
        if node.op_type in _CONVOLUTIONS:
            weight = self._weight(node)
            one = weight is not None and weight[1] == 1
            return "depthwise_flops_per_second" if one else "conv_flops_per_second"
        if node.op_type in _MATRIX or node.op_type == "Einsum":
            return "matmul_flops_per_second"
        return "bytes_per_second"

    def predicted(self, node: ir.Node) -> float:
        """Return what ``node`` costs by the rates alone; infinite when its sizes are not known."""
        sizes, rates = self._sizes, self.rates
        if node.op_type in VIEWS or node.op_type == domain.BARRIER:
            return rates.node_seconds
        if node.op_type in _CONVOLUTIONS:
            return rates.node_seconds + self._restoring(node) + self._conv_seconds(node)
        if node.op_type == "Einsum":
            flops = 2.0 * contracted_elements(node, sizes)
            return rates.node_seconds + flops / rates.matmul_flops_per_second
        if node.op_type in _MATRIX:
            return rates.node_seconds + _matmul_flops(node, sizes) / rates.matmul_flops_per_second
        moved = sum(sizes.nbytes(value) for value in (*node.inputs, *node.outputs) if value is not None)
        elements = ELEMENT_COSTS.get(run_by(node), 0.0) * max(map(sizes.elements, node.outputs))
        return rates.node_seconds + moved / rates.bytes_per_second + elements / rates.elements_per_second

    def _restoring(self, node: ir.Node) -> float:
        """Seconds that a convolution takes to restore its input before it begins."""
        if node.op_type != domain.CONV_GRAD_HELD or node.inputs[1] is None:
            return 0.0
        moved = self._sizes.nbytes(node.inputs[1]) + self._sizes.nbytes(node.outputs[0])
        return moved / self.rates.bytes_per_second

    def _conv_seconds(self, node: ir.Node) -> float:
        """Each image and group is a matrix product of its own, which reads the weight and lays the image out.

        On planes of a few pixels that takes longer than the multiply-adds.
        """
        value = node.outputs[0] if node.op_type == "Conv" else node.inputs[0]
        image = None if value is None else self._sizes.shape(value)
        weight, rate = self._weight(node), self.rate(node)
        if weight is None or not image or rate is None:
            return math.inf
        kernel, plane = math.prod(weight[2:]), math.prod(image[2:])
        groups = node.attributes.get_int("group", 1)
        flops = 2.0 * math.prod(image) * math.prod(weight[1:])
        rows = kernel * math.sqrt(plane) if weight[1] == 1 < kernel else 0.0
        moved = math.prod(weight) * _WEIGHT_BYTES + groups * (_PRODUCT_BYTES + _ROW_BYTES * rows)
        seconds = flops / float(getattr(self.rates, rate)) + image[0] * moved / self.rates.bytes_per_second
        return seconds * (_BACKWARD if _is_backward(node) else 1.0)

    def _weight(self, node: ir.Node) -> tuple[int, ...] | None:
        kernel = node.inputs[2 if _is_backward(node) else 1]
        return None if kernel is None else self._sizes.shape(kernel)


def _is_backward(convolution: ir.Node) -> bool:
    return convolution.op_type not in {"Conv", "ConvTranspose"}


def _matmul_flops(node: ir.Node, sizes: Sizes) -> float:
    left = sizes.shape(node.inputs[0]) if node.inputs[0] is not None else None
    if not left:
        return math.inf
    transposed = "transA" in node.attributes and node.attributes["transA"].as_int()
    depth = left[-2] if transposed and len(left) > 1 else left[-1]
    return 2.0 * sizes.elements(node.outputs[0]) * depth
