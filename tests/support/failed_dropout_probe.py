"""Checks the operators of dropout when BITGRAPH_FAIL_PROBE names their probe: they run the runtime's own."""

from dropouts import gradient_feeds, stock_and_our_gradients, stock_and_ours
from laws import assert_same_bits

if __name__ == "__main__":
    for shape in ((7, 3), (3, 5, 7, 131)):
        for seed in (None, 5):
            for expected, found in zip(*stock_and_ours(shape, 0.1, seed, begin=9, threads=2), strict=True):
                assert_same_bits(found, expected)
        for in_place in (False, True):
            expected, found = stock_and_our_gradients(gradient_feeds(shape, 3), 0.1, in_place=in_place)
            assert_same_bits(found, expected)
    print("same bits")
