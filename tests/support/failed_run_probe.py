"""Checks RunInPlace when BITGRAPH_FAIL_PROBE names its probe: the runtime's operator reads a copy."""

from laws import assert_same_bits
from runs import OPS, inputs, stock_and_ours

if __name__ == "__main__":
    for op in OPS:
        for in_place in (False, True):
            stock, ours = stock_and_ours(op, inputs(op, (11, 39)), in_place=in_place)
            assert_same_bits(ours, stock)
    print("same bits")
