"""Let MaxPool write the held form of its indices itself.

``y, indices = MaxPool(x); through, held = IndexPack(y, indices)`` becomes
``through, held = MaxPoolIndex(x)``, so that the int64 indices, twice the size of y, never are.

Left alone: element types other than float32; pools whose output or indices anything else reads; pools of
whose output the file does not know the size, or knows one with a window behind the input (``ceil_mode``).
"""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.plan.pools import fused_pool_attributes


class FuseMaxPoolsPass(ir.passes.InPlacePass):
    """Replace each MaxPool and the IndexPack behind it by one operator."""

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        packs = [node for node in model.graph if node.op_type == domain.INDEX_PACK]
        fused = [pack for pack in packs if _try_fuse(pack)]
        return ir.passes.PassResult(model, modified=bool(fused))


def _try_fuse(pack: ir.Node) -> bool:
    """Fuse ``pack`` with the pool in front of it if it can be."""
    pooled, indices = pack.inputs
    pool = indices.producer() if indices is not None else None
    if pooled is None or pool is None or pooled.dtype != ir.DataType.FLOAT:
        return False
    if any(value.is_graph_output() or len(value.uses()) != 1 for value in pool.outputs):
        return False
    attributes = fused_pool_attributes(pool)
    if attributes is None:
        return False
    node = ir.node(
        domain.MAX_POOL_INDEX,
        inputs=pool.inputs,
        attributes=attributes,
        domain=domain.DOMAIN,
        num_outputs=2,
        name=f"{pooled.name}/{domain.MAX_POOL_INDEX}",
        doc_string="MaxPool, its indices held as one byte an element.",
    )
    assert pool.graph is not None
    ir.convenience.replace_nodes_and_values(
        pool.graph, pool, [pool, pack], [node], pack.outputs, node.outputs
    )
    return True
