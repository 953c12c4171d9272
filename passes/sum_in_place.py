"""Add gradients in the memory of one of them.

``Sum(a, b, c)`` of gradients becomes ``RunInPlace <op = "Add"> (RunInPlace <op = "Add"> (a, b), c)``: the
runtime's own Sum takes a buffer of its own, and one more for three and more. It adds in this order too. Where
something else may read a later, and nothing else reads b, the sum goes over b.

Left alone: sums of the forward half and what repeats them, spread or small tensors, sums of two that are
outputs of the graph or of which one is a Gemm, for the runtime adds the other inside its kernel, with other
bits; sums of what is transposed, for the runtime moves a Transpose through its own operators alone, and a
gradient that is reduced behind one is summed in another order; element types other than float32.
"""

import onnx_ir as ir
from bitgraph.passes.replacing import replace
from bitgraph.passes.running_in_place import run_in_place

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes, sizes_now
from bitgraph.graph.split import split
from bitgraph.plan.candidates import MIN_BYTES


class SumInPlacePass(ir.passes.InPlacePass):
    """Let sums of gradients take the memory of a gradient."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember how sizes are bound, and how to tell the halves apart."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        sums = [node for node in model.graph if node.op_type == "Sum"]
        if not sums:
            return ir.passes.PassResult(model, modified=False)
        backward = split(model.graph, self._config.loss_output).backward
        sizes = sizes_now(model, self._config, self._sizes)
        found = [node for node in sums if node in backward and _is_supported(node, sizes)]
        if found:
            model.graph.remove([_add(node) for node in found], safe=True)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=bool(found))


def _is_supported(node: ir.Node, sizes: Sizes) -> bool:
    result = node.outputs[0]
    if len(node.inputs) < 2:
        return False
    if len(node.inputs) == 2 and (result.is_graph_output() or any(map(_is_from_gemm, node.inputs))):
        return False
    if domain.REPEATS_KEY in node.metadata_props or sizes.nbytes(result) < MIN_BYTES:
        return False
    if any(_is_transposed(value) for value in node.inputs):
        return False
    shape = sizes.shape(result)
    return all(
        value is not None and sizes.dtype(value) == ir.DataType.FLOAT and sizes.shape(value) == shape
        for value in node.inputs
    )


def _is_transposed(value: ir.Value | None) -> bool:
    """Whether the runtime might move a Transpose behind the sum, and behind what else reads from it."""
    node = None if value is None else value.producer()
    if node is not None and node.op_type == "Identity":
        return _is_transposed(node.inputs[0])
    return node is not None and node.op_type == "Transpose"


def _is_from_gemm(value: ir.Value | None) -> bool:
    """Whether it is a Gemm once the runtime has dropped each Identity and fused a Transpose behind."""
    node = None if value is None else value.producer()
    if node is not None and node.op_type in {"Identity", "Transpose"}:
        return _is_from_gemm(node.inputs[0])
    return node is not None and node.op_type == "Gemm"


def _add(node: ir.Node) -> ir.Node:
    """Put a chain of sums where the runtime's stands; return that one."""
    first, second, *others = (value for value in node.inputs if value is not None)
    added = _first_sum(node, first, second)
    for index, value in enumerate(others):
        partial = added.outputs[0]
        partial.name, partial.shape = f"{node.outputs[0].name}.sum_{index}", node.outputs[0].shape
        partial.type = node.outputs[0].type
        assert node.graph is not None
        node.graph.insert_before(node, added)
        added = run_in_place("Add", [partial, value], node)
        added.name = f"{added.name}_{index + 1}"
    return replace(node, added)


def _first_sum(node: ir.Node, first: ir.Value, second: ir.Value) -> ir.Node:
    if _readers(first) > 1 and _readers(second) == 1:
        return run_in_place("Add", [second, first], node, {"swapped": 1})
    return run_in_place("Add", [first, second], node)


def _readers(value: ir.Value) -> int:
    """How many nodes read ``value`` once the runtime has dropped each Identity."""
    node = value.producer()
    if node is not None and node.op_type == "Identity" and node.inputs[0] is not None:
        return _readers(node.inputs[0])
    return _readers_behind(value)


def _readers_behind(value: ir.Value) -> int:
    readers = [use.node for use in value.uses()]
    behind = (_readers_behind(node.outputs[0]) if node.op_type == "Identity" else 1 for node in readers)
    return sum(behind) + value.is_graph_output()
