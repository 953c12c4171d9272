"""Count the zeros of each float stash, for a profile.

``x -> reader(x)`` becomes ``x, counts = CountZeros(x) -> reader(x)``; the counts are outputs of the graph.

Left alone: what nothing in the forward pass reads on, since a CountZeros there would run late and keep the
stash alive for it; views, which have the zeros of what they are views of.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack
from bitgraph.passes.sorting import keep_sorted

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.graph.split import Split, split
from bitgraph.plan.stashes import find_stashes


class CountZerosPass(ir.passes.InPlacePass):
    """Put a CountZeros behind the producer of each float stash that the forward pass reads on."""

    def __init__(self, config: Config | None = None) -> None:
        """Remember how to tell the halves apart."""
        super().__init__()
        self._config = config or Config()

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        halves = split(model.graph, self._config.loss_output)
        sizes = Sizes(model)
        counted = 0
        for stash in find_stashes(model.graph, halves):
            value, dtype = stash.value, sizes.dtype(stash.value)
            if dtype is None or not dtype.is_floating_point() or not _is_read_on(value, halves):
                continue
            value.type = ir.TensorType(dtype)  # the file may leave it out
            counts = insert_pack(domain.COUNT_ZEROS, "zeros", value, [value], halves)
            counts.type, counts.shape = ir.TensorType(ir.DataType.INT64), ir.Shape([None])
            model.graph.outputs.append(counts)
            counted += 1
        if counted:
            keep_sorted(model.graph)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=counted > 0)


def _is_read_on(value: ir.Value, halves: Split) -> bool:
    readers = {use.node for use in value.uses()}
    counted = any(node.op_type == domain.COUNT_ZEROS for node in readers)
    return not counted and not readers <= halves.backward
