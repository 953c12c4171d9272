"""Let Dropout draw the bits that are held, and its gradient read them.

``y, mask = Dropout(x, ratio, training); through, held = BitsPack(y, mask)`` becomes
``through, held = DropoutPack(x)``, and ``DropoutGrad(dY, BitsUnpack(held, trigger), ratio, training)``
becomes ``DropoutBitsGrad(dY, held)``: the bools are never there.

Left alone: element types other than float32; a ratio or a mode that is not a constant; what drops nothing; a
mask or an output that anything else reads.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx_ir as ir
from bitgraph.passes.replacing import disconnect, replace

from bitgraph import domain
from bitgraph.plan.repeatable import DROPOUT

_GRADIENT = "DropoutGrad"


class FuseDropoutPacksPass(ir.passes.InPlacePass):
    """Replace each Dropout, the Pack behind it and its gradients by operators on bits."""

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        replaced = [node for dropout in tuple(model.graph) for node in _fused(dropout)]
        model.graph.remove(replaced, safe=True)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _fused(dropout: ir.Node) -> list[ir.Node]:
    """Put our operators where ``dropout`` and its readers stand; return the nodes that they replace."""
    pack = _pack_of(dropout)
    ratio = _ratio_of(dropout)
    if pack is None or ratio is None:
        return []
    unpacks = [use.node for use in pack.outputs[1].uses()]
    gradients = [use.node for unpack in unpacks for use in unpack.outputs[0].uses()]
    if not all(node.op_type == domain.BITS_UNPACK for node in unpacks):
        return []
    if not all(node.op_type == _GRADIENT and _ratio_of(node) == ratio for node in gradients):
        return []
    attributes: dict[str, ir.Attr | float] = {"ratio": ratio}
    if "seed" in dropout.attributes:
        attributes["seed"] = dropout.attributes["seed"]
    replaced = [replace(pack, _own(domain.DROPOUT_PACK, [dropout.inputs[0]], pack, attributes)), dropout]
    disconnect([dropout])
    for node in gradients:
        unpack = node.inputs[1].producer() if node.inputs[1] is not None else None
        assert unpack is not None
        inputs = [node.inputs[0], unpack.inputs[0]]
        replaced.append(replace(node, _own(domain.DROPOUT_BITS_GRAD, inputs, node, {"ratio": ratio})))
    disconnect(unpacks)
    return [*replaced, *unpacks]


def _pack_of(dropout: ir.Node) -> ir.Node | None:
    """The BitsPack that alone reads both outputs of a Dropout of float32."""
    if dropout.op_type != DROPOUT or dropout.domain != "" or len(dropout.outputs) != 2:
        return None
    y, mask = dropout.outputs
    pack = next((use.node for use in mask.uses()), None)
    if pack is None or pack.op_type != domain.BITS_PACK or tuple(pack.inputs) != (y, mask):
        return None
    alone = all(len(value.uses()) == 1 and not value.is_graph_output() for value in (y, mask))
    return pack if alone and y.dtype == ir.DataType.FLOAT else None


def _ratio_of(node: ir.Node) -> float | None:
    """The ratio of a Dropout or DropoutGrad that always drops something."""
    ratio, training = map(_constant, node.inputs[-2:]) if len(node.inputs) in (3, 4) else (None, None)
    if ratio is None or training is None or ratio.dtype != np.float32 or not training.all():
        return None
    return float(ratio.item()) if ratio.size == 1 and 0 < ratio.item() < 1 else None


def _constant(value: ir.Value | None) -> npt.NDArray[Any] | None:
    tensor = None if value is None else ir.convenience.get_const_tensor(value)
    return None if tensor is None else tensor.numpy()


def _own(
    op_type: str, inputs: list[ir.Value | None], old: ir.Node, attributes: dict[str, ir.Attr | float]
) -> ir.Node:
    return ir.node(
        op_type,
        inputs=inputs,
        attributes=attributes,
        domain=domain.DOMAIN,
        num_outputs=len(old.outputs),
        name=f"{old.outputs[0].name}/{op_type}",
        doc_string=f"Instead of {old.op_type}, on bits.",
    )
