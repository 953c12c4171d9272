"""Which reads share a restored tensor, and what they wait for."""

from graphs import graph

from bitgraph import Config
from bitgraph.graph.step import Step
from bitgraph.plan.restores import plan_restores
from bitgraph.plan.stashes import find_stashes

BODY = """
y = Relu(x)
z = MatMul(y, w)
loss = ReduceMean(z)
dz = Expand(one, shape)
t = Mul(y, dz)
u = MatMul(t, w)
turned = Transpose <perm = [1, 0]> (y)
dw = MatMul(turned, u)
last = Neg(dw)
"""


def test_a_reader_that_the_gradient_comes_from_is_not_made_to_wait_for_it():
    model = graph(
        BODY,
        inputs="float[8, 8] x, float[8, 8] w, float one, int64[2] shape",
        outputs="float loss, float[8, 8] last",
        values=", ".join(f"float[8, 8] {name}" for name in ("y", "z", "dz", "turned", "t", "u", "dw")),
    )
    step = Step(model, Config(batch=8))
    stashes = {stash.value.name: stash for stash in find_stashes(model.graph, step.halves)}
    restores = plan_restores(stashes["y"].uses, step, None)
    assert restores is not None
    found = {(*(use.node.outputs[0].name for use in each.uses),): each.trigger.name for each in restores}
    assert ("turned",) in found, "the product that it goes into waits for u, which comes from t"
    assert found[("turned",)] == "u"
    assert found[("t",)] == "dz"
