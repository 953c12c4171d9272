"""The passes in their order."""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.plan.combine import combine
from bitgraph.plan.decide import make_plan
from bitgraph.plan.plan import Plan
from bitgraph.plan.recomputations import make_recomputations


def rewrite(model: ir.Model, config: Config) -> Plan:
    """Rewrite ``model`` in place and return what was decided.

    What is computed again comes first: it needs some values that would not be held otherwise, and frees
    others. Then each stash that is left is held in its smallest form.
    """
    from bitgraph import passes

    again = make_recomputations(model, config)
    passes.RecomputePass(again)(model)
    plan = make_plan(model, config)
    # Restored tensors first: their triggers are the values that the later passes replace.
    pipeline = ir.passes.Sequential(
        passes.HoldBitmapsPass(plan),
        passes.HoldCodedPass(plan),
        passes.HoldBitsPass(plan),
        passes.HoldMasksPass(plan),
        passes.HoldIndicesPass(plan),
        passes.FuseReluPacksPass(),
        passes.FuseMaxPoolsPass(),
        passes.RenameBackwardBatchPass(config),
        passes.DifferentiateNormsPass(config),
        passes.ConvolveInPlacePass(config),
    )
    pipeline(model)
    mark(model)
    return combine(again, plan)


def mark(model: ir.Model) -> None:
    """Say in the file that bitgraph has seen it, whether or not there was anything to gain."""
    from bitgraph import __version__

    model.metadata_props[domain.METADATA_KEY] = __version__
