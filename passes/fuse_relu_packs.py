"""Let ReLU and what holds its output share their sweeps over memory.

``y = Relu(x); through, mask = MaskPack(y)``, the mask being its sign, becomes
``through, mask = ReluMaskPack(x)``; with ``again, held = BitmapPack(through)`` behind it
``again, mask, held = ReluPack(x)``.

Left alone: element types other than float32; outputs of the graph; a ReLU that anything else reads; a ReLU
behind an operator with which the runtime fuses it, which saves a sweep of its own.
"""

from collections.abc import Sequence

import onnx_ir as ir

from bitgraph import domain

_FUSED_BY_RUNTIME = frozenset({"Conv", "Gemm"})


class FuseReluPacksPass(ir.passes.InPlacePass):
    """Replace each ReLU and the Packs behind it by one operator."""

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        fused = [node for node in tuple(model.graph) if _try_fuse(node)]
        return ir.passes.PassResult(model, modified=bool(fused))


def _try_fuse(relu: ir.Node) -> bool:
    """Fuse ``relu`` if it can be."""
    if relu.op_type != "Relu" or relu.domain != "" or _runtime_fuses(relu):
        return False
    mask = _only_reader(relu.outputs[0], domain.MASK_PACK)
    if mask is None or mask.attributes["predicate"].as_string() != "positive":
        return False
    if mask.outputs[0].dtype != ir.DataType.FLOAT:
        return False
    bitmap = _only_reader(mask.outputs[0], domain.BITMAP_PACK)
    if bitmap is None:
        _replace(domain.RELU_MASK_PACK, [relu, mask], mask.outputs)
    else:
        _replace(
            domain.RELU_PACK, [relu, mask, bitmap], [bitmap.outputs[0], mask.outputs[1], bitmap.outputs[1]]
        )
    return True


def _runtime_fuses(relu: ir.Node) -> bool:
    """Whether ``relu`` stands behind a Conv or Gemm, or behind the sum of a Conv and something else."""
    producer = _producer(relu.inputs[0])
    if producer is None:
        return False
    if producer.op_type == "Add":
        return any(node is not None and node.op_type == "Conv" for node in map(_producer, producer.inputs))
    return producer.op_type in _FUSED_BY_RUNTIME


def _producer(value: ir.Value | None) -> ir.Node | None:
    return value.producer() if value is not None else None


def _only_reader(value: ir.Value, op_type: str) -> ir.Node | None:
    """The one node that reads ``value``, if it is such an operator and reads it as its first input."""
    uses = tuple(value.uses())
    if value.is_graph_output() or len(uses) != 1:
        return None
    node, index = uses[0].node, uses[0].idx
    return node if (node.domain, node.op_type, index) == (domain.DOMAIN, op_type, 0) else None


def _replace(op_type: str, nodes: list[ir.Node], outputs: Sequence[ir.Value]) -> None:
    """Put one node in the place of the last of ``nodes``; its outputs keep their names."""
    relu, last = nodes[0], nodes[-1]
    fused = ir.node(
        op_type,
        inputs=relu.inputs[:1],
        domain=domain.DOMAIN,
        num_outputs=len(outputs),
        name=f"{relu.outputs[0].name}/{op_type}",
        doc_string=f"{', '.join(node.op_type for node in nodes)} in fewer sweeps.",
    )
    fused.metadata_props.update(last.metadata_props)
    assert relu.graph is not None
    ir.convenience.replace_nodes_and_values(relu.graph, relu, nodes, [fused], outputs, fused.outputs)
