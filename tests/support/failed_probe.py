"""Checks the operators around batch normalization when BITGRAPH_FAIL_PROBE names their probes.

Then they run the runtime's own operators. What is recomputed takes nothing from the kept mean and inverse
standard deviation: these are spoiled here, and the results have to be right all the same.
"""

import os

from batch_norms import (
    ACTIVATIONS,
    GRADIENTS,
    SHAPES,
    inputs,
    stock_and_our_gradients,
    stock_and_our_norms,
    stock_and_ours,
)
from laws import assert_same_bits

if __name__ == "__main__":
    recomputes = "batch_norm" in os.environ["BITGRAPH_FAIL_PROBE"].split(",")
    kept = "running" if recomputes else "y"
    for shape in SHAPES:
        for threads, spoiled in ((1, False), (2, True)):
            feeds = inputs(shape, 1, spoiled=spoiled)
            for activation in ACTIVATIONS:
                assert_same_bits(
                    *stock_and_ours(activation, feeds, gradient=False, threads=threads, kept=kept)
                )
            for activation in GRADIENTS:
                assert_same_bits(
                    *stock_and_ours(activation, feeds, gradient=True, threads=threads, kept=kept)
                )
            for activation in ACTIVATIONS:
                for in_place in (False, True):
                    stock, ours = stock_and_our_gradients(
                        activation, inputs(shape, 2), threads=threads, in_place=in_place
                    )
                    for expected, found in zip(stock, ours, strict=True):
                        assert_same_bits(found, expected)
            for expected, found in zip(*stock_and_our_norms(inputs(shape, 3), in_place=True), strict=True):
                assert_same_bits(found, expected)
    print("same bits")
