"""Checks the operators around batch normalization when BITGRAPH_FAIL_PROBE names their probe.

Then they run the runtime's own operator again, which takes nothing from the kept mean and inverse standard
deviation: these are spoiled here, and the results have to be right all the same.
"""

from batch_norms import ACTIVATIONS, GRADIENTS, SHAPES, inputs, stock_and_ours
from laws import assert_same_bits

if __name__ == "__main__":
    for shape in SHAPES:
        for spoiled in (False, True):
            feeds = inputs(shape, 1, spoiled=spoiled)
            for threads in (1, 2):
                for activation in ACTIVATIONS:
                    assert_same_bits(
                        *stock_and_ours(activation, feeds, gradient=False, threads=threads, kept="running")
                    )
                for activation in GRADIENTS:
                    assert_same_bits(
                        *stock_and_ours(activation, feeds, gradient=True, threads=threads, kept="running")
                    )
    print("same bits")
