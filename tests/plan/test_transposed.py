"""Stashes that the runtime sums in another order once something of ours reads them."""

import pytest
from graphs import graph

from bitgraph import Config
from bitgraph.plan.candidates import moved_through
from bitgraph.plan.decide import make_plan
from bitgraph.plan.recomputations import make_recomputations

SHAPE = "float[8, 16, 16, 16]"


def model(stash: str, gradient: str):
    """A layer scale: its gradient is a sum over all but the channels."""
    return graph(
        f"{stash}\nz = Mul(y, w)\nloss = ReduceMean <keepdims = 0> (z)\ndl = Neg(loss)\ndz = Mul(dl, x)\n"
        f"p = {gradient}\ndw = ReduceSum <keepdims = 1> (p, axes)",
        inputs=f"{SHAPE} x, float[16, 1, 1] w, int64[3] axes",
        outputs="float loss, float[1, 16, 1, 1] dw",
        values=f"{SHAPE} a, {SHAPE} y, {SHAPE} z, {SHAPE} dz, {SHAPE} p",
    )


MOVED = "a = Sin(x)\ny = Transpose <perm = [0, 3, 1, 2]> (a)"
CASES = {
    "a layer scale behind a Transpose": (model(MOVED, "Mul(dz, y)"), True),
    "an activation between": (model(f"{MOVED.replace('y =', 't =')}\ny = Relu(t)", "Mul(dz, y)"), True),
    "no Transpose": (model("y = Sin(x)", "Mul(dz, y)"), False),
    "no sum of it": (model(MOVED, "MatMul(dz, y)"), False),
}


@pytest.mark.parametrize(("subject", "moved"), CASES.values(), ids=CASES)
def test_left_alone(subject, moved):
    plan = make_plan(subject, Config(batch=8))
    (decision,) = (each for each in plan.decisions if each.stash.value.name == "y")
    assert (moved_through(decision.stash) is not None) == moved
    assert ("moves a Transpose through ReduceSum" in decision.reason) == moved
    again = make_recomputations(subject, Config(batch=8))
    assert not moved or "y" not in {value.stash.value.name for value in again.values}
