"""Makes an evaluation graph loadable that ``generate_artifacts`` left broken."""

import onnx_ir as ir


class DropTrainingOutputsPass(ir.passes.InPlacePass):
    """Drop the outputs of BatchNormalization that exist in training mode only.

    ``y, mean, var = BatchNormalization[training_mode=0](...)``
    becomes ``y = BatchNormalization[training_mode=0](...)``.

    ``generate_artifacts`` switches the mode of an evaluation graph and leaves the outputs, which
    ONNX Runtime then refuses to load. Left alone: nodes in training mode, and nodes of which a
    training output is read (such a graph cannot be loaded, and nothing exact can be put there).
    """

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Drop the outputs in every graph of ``model``."""
        hits = [_drop(node) for node in ir.traversal.RecursiveGraphIterator(model.graph)]
        return ir.passes.PassResult(model, modified=any(hits))


def _drop(node: ir.Node) -> bool:
    if (node.domain, node.op_type) != ("", "BatchNormalization") or len(node.outputs) < 2:
        return False
    if node.attributes.get_int("training_mode", 0):
        return False
    if any(output.uses() or output.is_graph_output() for output in node.outputs[1:]):
        return False
    node.resize_outputs(1)
    return True
