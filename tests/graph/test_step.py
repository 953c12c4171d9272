"""What a restored tensor may wait for."""

from graphs import graph

from bitgraph import Config
from bitgraph.graph.step import Step

BODY = """
p = MatMul(x, w)
y = Relu(p)
z = MatMul(y, w)
log_prob = LogSoftmax(z)
loss = ReduceMean(log_prob)
dz = com.microsoft.SoftmaxCrossEntropyLossGrad(one, log_prob, labels)
rows = Reshape(y, flat)
dw = com.microsoft.FusedMatMul <transA = 1> (rows, dz)
dy = com.microsoft.FusedMatMul <transB = 1> (dz, w)
dx = com.microsoft.ReluGrad(dy, y)
last = Neg(dx)
"""


def test_a_stash_that_the_backward_half_only_reshapes_is_nothing_to_wait_for():
    model = graph(
        BODY,
        inputs="float[N, 8] x, float[8, 8] w, int64[N] labels, int64[2] flat, float one",
        outputs="float loss, float[8, 8] dw, float[N, 8] last",
        values=", ".join(
            f"float[N, 8] {name}" for name in ("p", "y", "z", "log_prob", "dz", "rows", "dy", "dx")
        ),
    )
    step = Step(model, Config(batch=4))
    by_name = {node.outputs[0].name: node for node in model.graph}
    log_prob = by_name["log_prob"].outputs[0]
    assert step.trigger(by_name["dz"], log_prob, None) is None, "rows, which is y, would come too early"
    trigger = step.trigger(by_name["dx"], by_name["y"].outputs[0], None)
    assert trigger is not None
    assert trigger.name == "dy"
