"""Puts the parts of a plan together: conditions, what is computed again, and what is held for the rest."""

import dataclasses
from collections.abc import Sequence

import onnx_ir as ir

from bitgraph.graph.sizes import HEADER_BYTES
from bitgraph.plan.conditions import Conditions
from bitgraph.plan.plan import Decision, Form, Plan, Price
from bitgraph.plan.recomputations import Recomputations
from bitgraph.plan.stashes import Stash


def combine(conditions: Conditions, again: Recomputations, held: Plan) -> Plan:
    """Return one decision for each stash of the graph as it was.

    Args:
        conditions: What the forward pass makes of stashes for the backward pass.
        again: What is computed again, planned on the graph that those gave.
        held: What is held, planned after the recomputations were put in.
    """
    forms: dict[ir.Value, list[Form]] = {}
    reasons: dict[ir.Value, list[str]] = {}
    for condition in conditions.found:
        for value, uses in condition.uses_by_value().items():
            forms.setdefault(value, []).append(
                Form("bits", uses, HEADER_BYTES + (held.sizes.elements(value) + 7) // 8)
            )
            readers = ", ".join(sorted({each.node.op_type for each in condition.gradients}))
            reasons.setdefault(value, []).append(f"{readers} needs one bit an element")
    for each in again.values:
        names = ", ".join(dict.fromkeys(node.op_type for node in each.nodes))
        forms.setdefault(each.stash.value, []).append(Form("recompute", each.uses, 0))
        reasons.setdefault(each.stash.value, []).append(
            f"{names} again from what is held anyway, {each.seconds * 1e3:.1f} ms"
        )
    for mask in again.masks:
        forms.setdefault(mask.stash.value, []).append(Form("recompute", mask.uses, 0))
        reasons.setdefault(mask.stash.value, []).append("one bit an element, again from the batch norm")
    rest = {decision.stash.value: decision for decision in held.decisions}
    decisions = [
        _with_alternatives(
            _decision(
                stash, dense, forms.get(stash.value, []), reasons.get(stash.value, []), rest.get(stash.value)
            ),
            stash,
            again.prices.get(stash.value, (Price("keep", dense, 0.0),)),
        )
        for stash, dense in conditions.stashes.items()
    ]
    return Plan(held.halves, held.sizes, tuple(decisions))


def _decision(
    stash: Stash, dense: int, forms: list[Form], reasons: list[str], rest: Decision | None
) -> Decision:
    if not forms:
        return rest if rest is not None else Decision(stash, (), dense, "")
    if rest is None:
        return Decision(stash, tuple(forms), dense, "; ".join(reasons))
    if not rest.forms:
        return Decision(stash, (), dense, f"{rest.reason}; for other readers: {'; '.join(reasons)}")
    return Decision(stash, (*forms, *rest.forms), dense, "; ".join([*reasons, rest.reason]))


def _with_alternatives(decision: Decision, stash: Stash, prices: Sequence[Price]) -> Decision:
    """Name the readers of the graph as it was, and what lost."""
    chosen = {form.encoding for form in decision.forms} or {"keep"}
    lost = tuple(price for price in prices if price.encoding not in chosen)
    return dataclasses.replace(decision, stash=stash, alternatives=lost)
