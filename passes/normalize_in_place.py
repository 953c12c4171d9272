"""Normalize a batch in the memory of what comes in.

``Y, ... = BatchNormInternal(X, ...)``, the runtime's batch norm in training mode, becomes
``Y, ... = BatchNormInPlace(X, ...)``, the same kernel with Y where X is. That pays where nothing needs X any
more: it is held coded, or computed again.

Left alone: an X that is read later, inputs of the graph, small ones, element types other than float32, norms
of which a result has no name.
"""

import onnx_ir as ir
from bitgraph.passes.replacing import replace

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.lifetimes import Lifetimes
from bitgraph.graph.order import execution_order
from bitgraph.graph.sizes import Sizes, sizes_now
from bitgraph.plan.candidates import MIN_BYTES
from bitgraph.plan.taking_over import can_take_over


class NormalizeInPlacePass(ir.passes.InPlacePass):
    """Let batch norms take the memory of their input; to be run when nothing more is held."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember what may be touched."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        norms = [node for node in model.graph if node.op_type == "BatchNormInternal"]
        if not norms:
            return ir.passes.PassResult(model, modified=False)
        sizes = sizes_now(model, self._config, self._sizes)
        lifetimes = Lifetimes(model.graph, execution_order(model.graph))
        found = [
            node
            for node in norms
            if _is_supported(node, sizes) and can_take_over(node, 0, lifetimes, self._config)
        ]
        replaced = [_normalize(node) for node in found]
        if replaced:
            model.graph.remove(replaced, safe=True)
            model.graph.opset_imports.setdefault(domain.DOMAIN, domain.VERSION)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _is_supported(node: ir.Node, sizes: Sizes) -> bool:
    """Whether it is float32 and large, and all of it is wanted."""
    if len(node.outputs) != len(node.inputs) or any(not value.name for value in node.outputs):
        return False
    if any(value is None or sizes.dtype(value) != ir.DataType.FLOAT for value in node.inputs):
        return False
    return sizes.nbytes(node.outputs[0]) >= MIN_BYTES and {"epsilon", "momentum"} <= node.attributes.keys()


def _normalize(node: ir.Node) -> ir.Node:
    """Put a batch norm of ours where ``node`` stands; return ``node``."""
    return replace(
        node,
        ir.node(
            domain.BATCH_NORM_IN_PLACE,
            inputs=list(node.inputs),
            attributes={name: node.attributes[name] for name in ("epsilon", "momentum")},
            domain=domain.DOMAIN,
            num_outputs=len(node.outputs),
            name=f"{node.name or node.outputs[0].name}/{domain.BATCH_NORM_IN_PLACE}",
            doc_string=f"Instead of {node.op_type}, with Y in the memory of X.",
            metadata_props={domain.STANDS_FOR_KEY: node.name or ""},
        ),
    )
