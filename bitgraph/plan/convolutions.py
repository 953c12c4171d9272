"""Decides which gradients of convolutions are computed in the memory of the convolution's input.

The runtime's ConvGrad is done with X before it begins dX, so that the two can be one tensor. That pays where
the gradient is the last that needs X: restored from a held form for it alone, computed again, or kept.
"""

import dataclasses

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.lifetimes import Lifetimes
from bitgraph.graph.order import execution_order
from bitgraph.graph.sizes import Sizes, sizes_now
from bitgraph.plan.taking_over import can_take_over


@dataclasses.dataclass(frozen=True)
class InPlaceConvolution:
    """A gradient that takes its input's memory.

    Attributes:
        gradient: The ConvGrad.
        unpack: What restores X for it alone; None when X is there anyhow.
    """

    gradient: ir.Node
    unpack: ir.Node | None


def find_in_place_convolutions(
    model: ir.Model, config: Config, sizes: Sizes | None = None
) -> list[InPlaceConvolution]:
    """Return what is to be done in ``model``, which is not changed."""
    gradients = [node for node in model.graph if node.op_type == "ConvGrad"]
    if not gradients:
        return []
    sizes = sizes_now(model, config, sizes)
    lifetimes = Lifetimes(model.graph, execution_order(model.graph))
    found = []
    for node in gradients:
        if not _is_supported(node, sizes):
            continue
        unpack = _own_unpack(node)
        if unpack is not None or can_take_over(node, 1, lifetimes, config):
            found.append(InPlaceConvolution(node, unpack))
    return found


def _is_supported(node: ir.Node, sizes: Sizes) -> bool:
    """Whether dX and dW are wanted, dX is X's double, and the operators take such a convolution."""
    x = node.inputs[1]
    if x is None or any(not value.name for value in node.outputs[:2]) or len(node.outputs) < 2:
        return False
    dx, shape = node.outputs[0], sizes.shape(x)
    if sizes.dtype(x) != ir.DataType.FLOAT or shape is None or sizes.shape(dx) != shape:
        return False
    return pads_plainly(node, len(shape))


def pads_plainly(node: ir.Node, rank: int) -> bool:
    """Whether the operators take the pads of a convolution of tensors of ``rank``, and its groups."""
    if rank != 4 and node.attributes.get_int("group", 1) != 1:
        return False  # the runtime's own gradient writes past its memory
    pads = node.attributes.get_ints("pads", ())
    mode = node.attributes.get_string("auto_pad", "NOTSET")
    return all(pad >= 0 for pad in pads) and (mode == "NOTSET" or (mode == "VALID" and not pads))


def _own_unpack(node: ir.Node) -> ir.Node | None:
    """The BitmapUnpack that works for ``node`` alone."""
    x = node.inputs[1]
    producer = x.producer() if x is not None else None
    if x is None or producer is None or producer.op_type != domain.BITMAP_UNPACK:
        return None
    alone = len(x.uses()) == 1 and not x.is_graph_output()
    return producer if alone else None
