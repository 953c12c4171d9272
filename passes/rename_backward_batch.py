"""Give the first dim of the backward half a name of its own.

ONNX Runtime's planner hands a dead forward buffer to a later tensor whose dims are all equal, and that
buffer then lives through the gap between the passes. ``[N, 64, 8, 8]`` of the backward half becomes
``[N_backward, 64, 8, 8]``, and a fixed ``[32, 64, 8, 8]`` becomes ``[batch_32_backward, 64, 8, 8]``: the same
size, but nothing that the planner would call equal. Operators in place are not disturbed, since both
their sides are renamed.

Left alone: outputs of the graph, scalars, values without a shape, fixed shapes that no forward value
has, and the output of AveragePoolGrad, whose kernel reads all its dims from the file.
"""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.split import split


class RenameBackwardBatchPass(ir.passes.InPlacePass):
    """Rename dim 0 of backward values so that no dead forward buffer looks like them."""

    def __init__(self, config: Config | None = None) -> None:
        """Remember how to tell the halves apart."""
        super().__init__()
        self._config = config or Config()

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        halves = split(model.graph, self._config.loss_output)
        forward = {
            tuple(value.shape) for node in halves.forward for value in node.outputs if value.shape is not None
        }
        renamed = 0
        for node in model.graph:
            if node not in halves.backward or node.op_type == "AveragePoolGrad":
                continue
            for value in node.outputs:
                renamed += not value.is_graph_output() and _rename(value, forward)
        return ir.passes.PassResult(model, modified=renamed > 0)


def _rename(value: ir.Value, forward: set[tuple[int | ir.SymbolicDim, ...]]) -> bool:
    shape = value.shape
    if shape is None or len(shape) == 0:
        return False
    first = shape[0]
    if isinstance(first, int):
        if tuple(shape) not in forward:
            return False
        name = f"{domain.FIXED_BATCH_PREFIX}{first}"
    elif first.value is None or str(first.value).endswith(domain.BACKWARD_SUFFIX):
        return False
    else:
        name = str(first.value)
    value.shape = ir.Shape([f"{name}{domain.BACKWARD_SUFFIX}", *list(shape)[1:]])
    return True
