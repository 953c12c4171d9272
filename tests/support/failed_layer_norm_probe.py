"""Checks LayerNormGrad when BITGRAPH_FAIL_PROBE names its probe: it runs the runtime's own operator."""

from laws import assert_same_bits
from layer_norms import inputs, stock_and_ours

if __name__ == "__main__":
    for shape, axis in (((7, 22), 1), ((2, 3, 4, 5), -2)):
        for in_place in (False, True):
            feeds = inputs(shape, axis)
            for stock, ours in zip(*stock_and_ours(feeds, axis, in_place=in_place), strict=True):
                assert_same_bits(ours, stock)
    print("same bits")
