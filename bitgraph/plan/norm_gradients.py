"""Finds the gradients of batch norms that the library's own kernel computes over the incoming gradient."""

import dataclasses

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes


@dataclasses.dataclass(frozen=True)
class NormGradient:
    """A gradient that is written over the one that comes in.

    Attributes:
        gradient: The BatchNormalizationGrad.
        mask: The BatchNormMaskGrad in front of it, which is done on the way; None if there is none.
    """

    gradient: ir.Node
    mask: ir.Node | None


def find_norm_gradients(model: ir.Model, config: Config) -> list[NormGradient]:
    """Return what is to be done in ``model``, which is not changed."""
    gradients = [node for node in model.graph if node.op_type == "BatchNormalizationGrad"]
    if not gradients:
        return []
    sizes = Sizes(model, config.batch, config.dims)
    return [NormGradient(node, _mask_of(node)) for node in gradients if _is_supported(node, sizes)]


def _is_supported(node: ir.Node, sizes: Sizes) -> bool:
    """Whether all of it is float32 and wanted, and X is an image or a row a channel."""
    if len(node.inputs) != 5 or any(value is None or not value.name for value in node.inputs):
        return False
    if len(node.outputs) != 3 or any(not value.name for value in node.outputs):
        return False
    return all(value is not None and sizes.dtype(value) == ir.DataType.FLOAT for value in node.inputs)


def _mask_of(node: ir.Node) -> ir.Node | None:
    """The gradient of the activation, if nothing else reads it and it is of the same norm."""
    dy = node.inputs[0]
    mask = dy.producer() if dy is not None else None
    if dy is None or mask is None or mask.op_type != domain.BATCH_NORM_MASK_GRAD:
        return None
    if len(dy.uses()) != 1 or dy.is_graph_output():
        return None
    _, x, scale, _, mean, inv_std = mask.inputs
    return mask if (x, scale, mean, inv_std) == tuple(node.inputs[1:5]) else None
