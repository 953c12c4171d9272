"""Read what an Expand expands where the reader broadcasts by itself.

``Sum(a, Expand(g, dims))`` becomes ``Sum(a, g)`` if ``a`` has these dims.

Left alone: other readers; what the runtime may add inside a product, or a tensor of less than three dims;
dims that the file does not tell.
"""

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.plan.broadcasts import find_broadcasts


class BroadcastExpandsPass(ir.passes.InPlacePass):
    """Let sums and products broadcast; to be run before sizes are taken."""

    def __init__(self, config: Config | None = None) -> None:
        """Remember what the user asked for."""
        super().__init__()
        self._config = config or Config()

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        found = find_broadcasts(model, self._config)
        for each in found:
            each.reader.replace_input_with(each.index, each.expand.inputs[0])
        expands = dict.fromkeys(each.expand for each in found)
        model.graph.remove([node for node in expands if _is_unread(node)], safe=True)
        return ir.passes.PassResult(model, modified=bool(found))


def _is_unread(node: ir.Node) -> bool:
    (value,) = node.outputs
    return not value.uses() and not value.is_graph_output()
