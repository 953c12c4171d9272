"""Hold a bool tensor as one bit an element.

``y, mask = Dropout(x) -> DropoutGrad(dY, mask)`` becomes
``y, held = BitsPack(y, mask) -> DropoutGrad(dY, BitsUnpack(held, dY))``; where the forward pass reads the
bool itself (the condition of a Where), the bool is what the Pack re-emits.

Left alone: what nothing in the forward pass reads on.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack, insert_unpack
from bitgraph.passes.planned import PlannedPass

from bitgraph import domain
from bitgraph.plan.carriers import carrier_of
from bitgraph.plan.plan import Form, Plan
from bitgraph.plan.stashes import Stash


class HoldBitsPass(PlannedPass):
    """Pack bool stashes to bits behind their producer; unpack them in front of their readers."""

    encoding = "bits"

    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put one packed bool into the graph."""
        value = stash.value
        carrier = carrier_of(value, plan.halves)
        assert carrier is not None, "the planner refuses a bool without a carrier"
        held = insert_pack(domain.BITS_PACK, "bits", value, [carrier, value], plan.halves)
        for number, restore in enumerate(form.restores):
            insert_unpack(domain.BITS_UNPACK, value, held, number, restore)
        return []
