import graphs

from bitgraph.graph.loaded import Loaded
from bitgraph.graph.rederived import rederived

BODY = """
    loss_grad = com.microsoft.SoftmaxCrossEntropyLossGrad(one, kept, labels)
    wide = Expand(loss_grad, target)
    turned = Transpose <perm = [0, 1]> (wide)
    restored = bitgraph.BitmapUnpack(held, turned)
    scaled = Mul(restored, restored)
    summed = Add(scaled, turned)
    last = ReduceSum <keepdims = 0> (summed)
"""
RENAMED = ("loss_grad", "wide", "turned", "restored", "scaled", "summed")


def found(values: str) -> list[str]:
    model = graphs.graph(
        BODY,
        inputs="float one, float[4, 5] kept, int64[4] labels, int64[2] target, uint8[64] held",
        outputs="float last",
        values=values,
    )
    return sorted(str(value.name) for value in rederived(list(model.graph), Loaded(model.graph)))


def test_the_number_spreads_up_to_what_is_not_inferred():
    values = ", ".join(f"float[batch_4_buffer_1, 5] {name}" for name in RENAMED)
    assert found(values) == ["loss_grad", "summed", "turned", "wide"]


def test_a_symbolic_batch_stays_a_symbol():
    assert found(", ".join(f"float[N_buffer_1, 5] {name}" for name in RENAMED)) == []
