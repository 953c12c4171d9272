"""Finds large products with a constant that can take the memory of what is multiplied.

The runtime's own Mul never works in place. Exporters mask what they have gathered for the gradient of a
convolution that way, and it is the largest tensor of the step.
"""

import dataclasses

import numpy as np
import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.candidates import MIN_BYTES

_MOVES = frozenset(
    {"Concat", "Expand", "Gather", "GatherElements", "GatherND", "Pad", "Reshape", "Slice", "Tile"}
)
"""Operators that only move data. Products behind others the runtime may fuse: behind a Conv with its weights,
behind a division into a normalization."""


@dataclasses.dataclass(frozen=True)
class ConstantProduct:
    """A product that can be written over one of its sides.

    Attributes:
        node: The Mul.
        source: What is multiplied; nothing else reads it.
        factor: The constant.
    """

    node: ir.Node
    source: ir.Value
    factor: ir.Value


def find_constant_products(model: ir.Model, config: Config) -> list[ConstantProduct]:
    """Return the products of ``model``, which is not changed; none without sizes."""
    products = [_product(node) for node in model.graph if node.op_type == "Mul" and not node.domain]
    candidates = [each for each in products if each is not None]
    if not candidates:
        return []
    sizes = Sizes(model, config.batch, config.dims)
    return [each for each in candidates if _gives_way(each.source, each.node, sizes, config)]


def _product(node: ir.Node) -> ConstantProduct | None:
    for source, factor in (node.inputs[:2], node.inputs[1::-1]):
        if source is not None and factor is not None and _is_factor(factor):
            return ConstantProduct(node, source, factor)
    return None


def _is_factor(value: ir.Value) -> bool:
    """Whether it is a tensor of finite numbers; a single one the runtime fuses with products of matrices.

    Of two NaNs that are multiplied the result has the bits of one or the other.
    """
    if value.is_graph_input():
        return False
    constant = ir.convenience.get_const_tensor(value)
    if constant is None or constant.size < 2 or constant.dtype != ir.DataType.FLOAT:
        return False
    return bool(np.isfinite(constant.numpy()).all())


def _gives_way(source: ir.Value, node: ir.Node, sizes: Sizes, config: Config) -> bool:
    result, producer = node.outputs[0], source.producer()
    if producer is None or producer.op_type not in _MOVES:
        return False
    if config.refusal(str(source.name), producer.op_type):
        return False
    if source.is_graph_output() or result.is_graph_output():
        return False
    if len(source.uses()) != 1 or sizes.dtype(source) != ir.DataType.FLOAT:
        return False
    shape = sizes.shape(source)
    return shape is not None and shape == sizes.shape(result) and sizes.nbytes(source) >= MIN_BYTES
