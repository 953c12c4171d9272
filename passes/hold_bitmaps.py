"""Hold what a reader needs in full as a bitmap and the values that are not zero.

``x -> reader(dY, x)`` becomes
``x, held = BitmapPack(x) -> reader(dY, BitmapUnpack(held, dY))``.

Left alone: stashes with few zeros, graph outputs, what a subgraph reads, readers without a gradient
to wait for.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack, insert_unpack
from bitgraph.passes.planned import PlannedPass

from bitgraph import domain
from bitgraph.plan.plan import Form, Plan
from bitgraph.plan.stashes import Stash


class HoldBitmapsPass(PlannedPass):
    """Pack sparse stashes behind their producer; unpack them in front of each far-apart reader."""

    encoding = "bitmap"

    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put one bitmap into the graph."""
        value = stash.value
        held = insert_pack(domain.BITMAP_PACK, "bitmap", value, [value], plan.halves)
        pack = held.producer()
        assert pack is not None
        pack.metadata_props[domain.ZEROS_KEY] = f"{form.zeros:g}"
        for number, restore in enumerate(form.restores):
            insert_unpack(domain.BITMAP_UNPACK, value, held, number, restore)
        return []
