"""MobileNetV2 as torchvision builds it at width 1.0, on 96x96 images."""

import numpy as np

from zoo.layers import batch_norm, conv, dropout, linear
from zoo.net import Net, NetBuilder

# Expansion, channels, repetitions, stride of the first repetition.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
LAST = 1280
CLASSES = 10


def mobilenet_v2() -> Net:
    """Build the net (batch 32, 3x96x96)."""
    net = NetBuilder("mobilenet_v2")
    x = net.input("input", (3, 96, 96))
    net.constant("relu6.low", np.array(0.0, np.float32))
    net.constant("relu6.high", np.array(6.0, np.float32))
    x = _conv_norm_relu6(net, x, "stem", (3, 32), kernel=3, stride=2)
    channels = 32
    for stage, (expansion, width, repetitions, first_stride) in enumerate(STAGES):
        for block in range(repetitions):
            name = f"stage{stage}.block{block}"
            stride = 1 if block else first_stride
            x = _inverted_residual(net, x, name, (channels, width), expansion, stride)
            channels = width
    x = _conv_norm_relu6(net, x, "last", (channels, LAST), kernel=1)
    x = net.node("Flatten", [net.node("GlobalAveragePool", [x], "average")], "features")
    x = dropout(net, x, "dropout", 0.2)
    return net.build(linear(net, x, "classifier", (LAST, CLASSES)), (CLASSES,), batch=32)


def _inverted_residual(
    net: NetBuilder, x: str, name: str, channels: tuple[int, int], expansion: int, stride: int
) -> str:
    c_in, c_out = channels
    hidden = c_in * expansion
    y = x
    if expansion != 1:
        y = _conv_norm_relu6(net, y, f"{name}.expand", (c_in, hidden), kernel=1)
    y = _conv_norm_relu6(net, y, f"{name}.depthwise", (hidden, hidden), kernel=3, stride=stride, group=hidden)
    y = conv(net, y, f"{name}.project.conv", (hidden, c_out), 1)
    y = batch_norm(net, y, f"{name}.project.norm", c_out)
    if stride != 1 or c_in != c_out:
        return y
    return net.node("Add", [x, y], f"{name}.sum")


def _conv_norm_relu6(
    net: NetBuilder,
    x: str,
    name: str,
    channels: tuple[int, int],
    *,
    kernel: int,
    stride: int = 1,
    group: int = 1,
) -> str:
    y = conv(net, x, f"{name}.conv", channels, kernel, stride=stride, group=group)
    y = batch_norm(net, y, f"{name}.norm", channels[1])
    return net.node("Clip", [y, "relu6.low", "relu6.high"], f"{name}.relu6")
