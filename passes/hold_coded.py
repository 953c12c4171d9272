"""Hold what a reader needs in full, and what has no zeros, with its exponents coded.

``x -> reader(dY, x)`` becomes
``x, held = CodedPack(x) -> reader(dY, BitmapUnpack(held, dY))``; the Unpack restores any held form.

Left alone: what the plan keeps because coding takes time, element types other than float32, and what
HoldBitmapsPass leaves alone.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack, insert_unpack
from bitgraph.passes.planned import PlannedPass

from bitgraph import domain
from bitgraph.plan.plan import Form, Plan
from bitgraph.plan.stashes import Stash


class HoldCodedPass(PlannedPass):
    """Code dense stashes behind their producer; restore them in front of each far-apart reader."""

    encoding = "coded"

    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put one coded stash into the graph."""
        value = stash.value
        held = insert_pack(domain.CODED_PACK, "coded", value, [value], plan.halves)
        for number, restore in enumerate(form.restores):
            insert_unpack(domain.BITMAP_UNPACK, value, held, number, restore)
        return []
