"""Hold what a reader needs in full, and what has no zeros, with its exponents coded.

``x -> reader(dY, x)`` becomes
``x, held = CodedPack(x) -> reader(dY, BitmapUnpack(held, dY))``; the Unpack restores any held form.

Left alone: what would have to wait for its own reader, what the plan keeps because coding takes time,
element types other than float32, and what HoldBitmapsPass leaves alone.
"""

import onnx_ir as ir
from bitgraph.passes.insertion import insert_pack, insert_unpack
from bitgraph.passes.planned import PlannedPass

from bitgraph import domain
from bitgraph.plan.plan import Form, Plan
from bitgraph.plan.restores import Restore
from bitgraph.plan.stashes import Stash


class HoldCodedPass(PlannedPass):
    """Code dense stashes behind their producer; restore them in front of each far-apart reader."""

    encoding = "coded"

    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put one coded stash into the graph."""
        value = stash.value
        if any(_waits_for_its_readers(restore) for restore in form.restores):
            return []
        held = insert_pack(domain.CODED_PACK, "coded", value, [value], plan.halves)
        for number, restore in enumerate(form.restores):
            if not _waits_for_its_readers(restore):
                insert_unpack(domain.BITMAP_UNPACK, value, held, number, restore)
        return []


def _waits_for_its_readers(restore: Restore) -> bool:
    """Whether the trigger comes from a reader by now: other stashes that were coded may have seen to that."""
    readers = {use.node for use in restore.uses}
    stack, seen = [restore.trigger.producer()], set[ir.Node]()
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        if node in readers:
            return True
        seen.add(node)
        stack.extend(value.producer() for value in node.inputs if value is not None)
    return False
