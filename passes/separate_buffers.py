"""Give each buffer's first dim a name of its own.

ONNX Runtime's planner hands a dead buffer to a later tensor whose dims are all equal, and that buffer then
lives through the gap between the two: from the forward pass into the backward pass, and from one layer's
gradients to the next one's. ``[N, 64, 8, 8]`` becomes ``[N_buffer_7, 64, 8, 8]``, and in the backward half a
fixed ``[32, 64, 8, 8]`` becomes ``[batch_32_buffer_7, 64, 8, 8]``: the same size, but nothing that the
planner would call equal. What an operator may write over its input has the dims of that input.

Operands that the runtime may add inside the kernel of a product must look alike, or other nodes would be
fused than before: those of the backward half get one name for all.

Left alone: inputs and outputs of the graph, scalars, values without a shape, fixed shapes of the forward
half (shape inference finds them again) and those that no forward value has, such operands in the forward
half, and the output of AveragePoolGrad, whose kernel reads all its dims from the file.
"""

import itertools

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.alias import always_shared, maybe_shared
from bitgraph.graph.buffer_dims import dim_of, is_own, own_dim
from bitgraph.graph.split import split
from bitgraph.graph.summands import summands

_ALIKE = 0
"""The number of the buffers that must look alike."""


class SeparateBuffersPass(ir.passes.InPlacePass):
    """Rename dim 0 of the values of a step so that no dead buffer looks like what comes later."""

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
        before = {value: value.shape for node in model.graph for value in node.outputs}
        alike = summands(model.graph)
        unused = itertools.count(_ALIKE + 1)
        renamed = 0
        for node in model.graph:
            backward = node in halves.backward
            for index, value in enumerate(node.outputs):
                dim = _renamable(value, forward, backward=backward)
                if dim is None or value.shape is None or (value in alike and not backward):
                    continue
                over = None if value in alike else _written_over(node, index)
                if over is not None and over.shape is not None and before.get(over) == value.shape:
                    value.shape = over.shape
                else:
                    buffer = _ALIKE if value in alike else next(unused)
                    value.shape = ir.Shape([own_dim(dim, buffer), *list(value.shape)[1:]])
                renamed += 1
        return ir.passes.PassResult(model, modified=renamed > 0)


def _written_over(node: ir.Node, index: int) -> ir.Value | None:
    """The input that output number ``index`` may be written over."""
    shared = maybe_shared(node, index)
    if shared is None:
        shared = always_shared(node, index)
    return None if shared is None else node.inputs[shared]


def _renamable(
    value: ir.Value, forward: set[tuple[int | ir.SymbolicDim, ...]], *, backward: bool
) -> int | str | None:
    """The first dim of ``value``, if it may be renamed."""
    node, shape = value.producer(), value.shape
    if node is None or shape is None or len(shape) == 0 or value.is_graph_output():
        return None
    if node.op_type == "AveragePoolGrad":
        return None
    first = shape[0]
    if isinstance(first, int):
        return first if backward and tuple(shape) in forward else None
    if first.value is None or is_own(str(first.value)):
        return None
    return dim_of(str(first.value))
