"""Checks the gradients of convolutions when BITGRAPH_FAIL_PROBE names their probe: X is then apart."""

from conv_grads import CONVOLUTIONS, stock_and_ours
from laws import assert_same_bits

if __name__ == "__main__":
    for convolution in CONVOLUTIONS:
        for _, stock, ours in stock_and_ours(convolution, convolution.feeds()):
            for expected, found in zip(stock, ours, strict=True):
                assert_same_bits(found, expected)
    print("same bits")
