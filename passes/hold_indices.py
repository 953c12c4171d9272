"""Hold the indices of a MaxPool as one byte each: the place in the window instead of the tensor.

``y, indices = MaxPool(x) -> MaxPoolGrad(dY, indices)`` becomes
``y, held = IndexPack(y, indices) -> MaxPoolIndexGrad(dY, held)``; no int64 tensor is ever rebuilt.

Left alone: windows of more than 255 places, images of unknown size, indices with another reader.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack
from bitgraph.passes.planned import PlannedPass
from bitgraph.passes.replacing import replace

from bitgraph import domain
from bitgraph.plan.plan import Form, Plan
from bitgraph.plan.pools import pool_attributes
from bitgraph.plan.stashes import Stash


class HoldIndicesPass(PlannedPass):
    """Pack the indices of each MaxPool behind it; replace its gradient by one that reads them packed."""

    encoding = "index"

    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put the packed indices of one MaxPool into the graph."""
        pool = stash.value.producer()
        assert pool is not None
        geometry = pool_attributes(pool)
        held = insert_pack(
            domain.INDEX_PACK,
            "index",
            stash.value,
            [pool.outputs[0], stash.value],
            plan.halves,
            geometry,
        )
        replaced = []
        for use in form.uses:
            grad = ir.node(
                domain.MAX_POOL_INDEX_GRAD,
                inputs=[use.node.inputs[0], held],
                attributes=dict(geometry),
                domain=domain.DOMAIN,
                name=f"{use.node.name}/{domain.MAX_POOL_INDEX_GRAD}",
                doc_string="Instead of MaxPoolGrad, from one byte an element.",
            )
            replaced.append(replace(use.node, grad))
        return replaced
