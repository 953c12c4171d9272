"""Without streaming no operator of ours stands where the runtime's own gradients and Dropout stood."""

from measured import optimized
from zoo.layers import batch_norm, conv, dropout, layer_norm, pooled_classifier
from zoo.net import Net, NetBuilder

import bitgraph
from bitgraph.domain import CONV_GRADS, DROPOUT_PACK, LAYER_NORM_GRAD, STREAM, STREAMING

BATCH, CHANNELS = 8, 16


def net() -> Net:
    """Something for each of them."""
    build = NetBuilder("streaming")
    x = build.input("input", (3, 32, 32))
    for number in range(3):
        x = conv(build, x, f"conv{number}", (CHANNELS if number else 3, CHANNELS), 3)
        x = build.node("Relu", [batch_norm(build, x, f"norm{number}", CHANNELS)], f"relu{number}")
    x = dropout(build, layer_norm(build, x, "rows", 32), "dropout", 0.1)
    x = build.node("Relu", [conv(build, x, "last", (CHANNELS, CHANNELS), 3, bias=True)], "relu")
    return build.build(pooled_classifier(build, x, CHANNELS, 5), (5,), batch=BATCH)


def test_switches_all_off_and_keeps_the_bits(tmp_path):
    found = {}
    for streaming in (True, False):
        folder = tmp_path / str(streaming)
        found[streaming] = optimized(net(), bitgraph.Config(batch=BATCH, streaming=streaming), folder)
    assert found[True].operators >= {STREAM, LAYER_NORM_GRAD, DROPOUT_PACK}
    assert found[True].operators & CONV_GRADS
    assert not found[False].operators & STREAMING
    assert found[False].is_identical()
    assert found[False].outcome.report.peak_after < 0.8 * found[False].outcome.report.peak_before
