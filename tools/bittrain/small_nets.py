"""Convolutional nets for images of digits."""

from zoo.layers import batch_norm, conv, linear
from zoo.net import Net, NetBuilder

WIDTHS = (12, 24, 32)


def digit_net(side: int, classes: int, *, norm: bool, seed: int, batch: int) -> Net:
    """Build three 3x3 convolutions with ReLU, a pool behind the first two, and a linear layer.

    Args:
        side: Rows and columns of the images, which have one channel.
        classes: Outputs.
        norm: Whether a batch norm stands behind each convolution.
        seed: Of the weights.
        batch: Samples in a step.
    """
    net = NetBuilder(f"digits_{'norm' if norm else 'plain'}", seed)
    x = net.input("input", (1, side, side))
    channels = 1
    for block, width in enumerate(WIDTHS):
        x = conv(net, x, f"block{block}.conv", (channels, width), 3, bias=not norm)
        if norm:
            x = batch_norm(net, x, f"block{block}.norm", width)
        x = net.node("Relu", [x], f"block{block}.relu")
        if block < 2:
            x = net.node("MaxPool", [x], f"block{block}.pool", kernel_shape=[2, 2], strides=[2, 2])
            side //= 2
        channels = width
    x = net.node("Flatten", [x], "features")
    return net.build(linear(net, x, "classifier", (channels * side * side, classes)), (classes,), batch)
