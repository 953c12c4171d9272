"""Checks the gradients of convolutions when BITGRAPH_FAIL_PROBE names their probe: X is then apart."""

from conv_grads import CONVOLUTIONS, Convolution, run_alone, stock_and_ours
from laws import assert_same_bits
from onnx import TensorProto

from bitgraph.codecs import Dense
from bitgraph.domain import CONV_GRAD_HELD

if __name__ == "__main__":
    for convolution in CONVOLUTIONS:
        for _, stock, ours in stock_and_ours(convolution, convolution.feeds()):
            for expected, found in zip(stock, ours, strict=True):
                assert_same_bits(found, expected)
    # The runtime's own operator divides by zero here.
    nothing = Convolution((0, 3, 5, 5), (4, 3, 3, 3))
    feeds = nothing.feeds()
    feeds["held"] = Dense().encode(feeds.pop("x"), TensorProto.FLOAT)
    assert not any(found.any() for found in run_alone(nothing, CONV_GRAD_HELD, "held", feeds, 1))
    print("same bits")
