"""Compute gradients of a transformer over the gradient that comes in.

``LayerNormalizationGrad(dY, X, scale, mean, inv_std)`` becomes ``LayerNormGrad`` of the same inputs, a kernel
of ours with the same bits, whose dX takes dY's memory and which needs none besides. ``GeluGrad(dY, X)``
becomes ``RunInPlace <op = "GeluGrad"> (dY, X)``, the runtime's own kernel with dX where dY is; so do other
gradients whose kernels read before they write.

Left alone: element types other than float32, gradients of which a part is not wanted; small ones, spread
ones and softmaxes along another dim than the last for the runtime's own kernels.
"""

from collections.abc import Mapping

import onnx_ir as ir
from bitgraph.passes.replacing import replace
from bitgraph.passes.running_in_place import run_in_place

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.candidates import MIN_BYTES

_OWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "LayerNormalizationGrad": (domain.LAYER_NORM_GRAD, ("axis",)),
}
"""The operator of ours for each of the runtime's, and the attributes that both have."""

_RUNS = domain.IN_PLACE_RUNS - {"Add"}
_WITH_AXIS = frozenset({"LogSoftmaxGrad_13", "SoftmaxGrad_13"})


class DifferentiateInPlacePass(ir.passes.InPlacePass):
    """Let the gradients that have a kernel of ours take the memory of the incoming gradient."""

    def __init__(self, config: Config | None = None) -> None:
        """Remember how sizes are bound."""
        super().__init__()
        self._config = config or Config()

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        gradients = [node for node in model.graph if node.op_type in _OWN or node.op_type in _RUNS]
        if not gradients:
            return ir.passes.PassResult(model, modified=False)
        sizes = Sizes(model, self._config.batch, self._config.dims)
        replaced = [replace(node, _own(node)) for node in gradients if _is_supported(node, sizes)]
        if replaced:
            model.graph.remove(replaced, safe=True)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _is_supported(node: ir.Node, sizes: Sizes) -> bool:
    """Whether it is in a table, and all of it float32 and wanted."""
    if node.op_type not in _OWN and (node.op_type not in _RUNS or not _runs_in_place(node, sizes)):
        return False
    if any(not value.name for value in node.outputs):
        return False
    return all(value is not None and sizes.dtype(value) == ir.DataType.FLOAT for value in node.inputs)


def _runs_in_place(node: ir.Node, sizes: Sizes) -> bool:
    dy, x = node.inputs[:2]
    shape = None if dy is None else sizes.shape(dy)
    if dy is None or x is None or shape is None or sizes.shape(x) != shape or sizes.nbytes(dy) < MIN_BYTES:
        return False
    if node.op_type not in _WITH_AXIS:
        return True
    return "axis" in node.attributes and node.attributes["axis"].as_int() in {-1, len(shape) - 1}


def _own(node: ir.Node) -> ir.Node:
    if node.op_type in _RUNS:
        return run_in_place(node.op_type, node.inputs, node)
    op, attributes = _OWN[node.op_type]
    return ir.node(
        op,
        inputs=list(node.inputs),
        attributes={name: node.attributes[name] for name in attributes if name in node.attributes},
        domain=domain.DOMAIN,
        num_outputs=len(node.outputs),
        name=f"{node.name or node.outputs[0].name}/{op}",
        doc_string=f"Instead of {node.op_type}, with dX in the memory of dY.",
    )
