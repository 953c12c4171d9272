"""A small multi-layer perceptron with Dropout."""

import itertools

from zoo.layers import dropout, linear
from zoo.net import Net, NetBuilder

WIDTHS = (784, 512, 256)
CLASSES = 10


def mlp() -> Net:
    """Build the net (batch 64, 784 features)."""
    net = NetBuilder("mlp")
    x = net.input("input", (WIDTHS[0],))
    for layer, widths in enumerate(itertools.pairwise(WIDTHS)):
        x = linear(net, x, f"layer{layer}", widths)
        x = net.node("Relu", [x], f"layer{layer}.relu")
        x = dropout(net, x, f"layer{layer}.dropout", 0.5)
    x = linear(net, x, "classifier", (WIDTHS[-1], CLASSES))
    return net.build(x, (CLASSES,), batch=64)
