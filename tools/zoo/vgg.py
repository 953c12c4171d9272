"""A VGG-like net: three blocks of 3x3 convolutions with ReLU on 64x64 images."""

from zoo.layers import conv, pooled_classifier
from zoo.net import Net, NetBuilder

BLOCKS = ((32, 32), (64, 64), (128, 128, 128))
CLASSES = 10


def vgg(side: int = 64) -> Net:
    """Build the net (batch 64, 3x64x64 or another side)."""
    net = NetBuilder("vgg")
    x = net.input("input", (3, side, side))
    channels = 3
    for block, widths in enumerate(BLOCKS):
        for layer, width in enumerate(widths):
            name = f"block{block}.conv{layer}"
            x = conv(net, x, name, (channels, width), 3, bias=True)
            x = net.node("Relu", [x], f"block{block}.relu{layer}")
            channels = width
        x = net.node("MaxPool", [x], f"block{block}.pool", kernel_shape=[2, 2], strides=[2, 2])
    return net.build(pooled_classifier(net, x, channels, CLASSES), (CLASSES,), batch=64)
