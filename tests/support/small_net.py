"""A net small enough for a test's second, with everything that steps have trouble with."""

import pathlib

from zoo.artifacts import write_artifacts
from zoo.layers import batch_norm, conv, dropout, linear
from zoo.net import Net, NetBuilder

CLASSES = 5


def small_net() -> Net:
    """Convolutions, running statistics, pooling and Dropout (batch 4, 3x8x8)."""
    net = NetBuilder("small")
    x = net.input("input", (3, 8, 8))
    x = conv(net, x, "conv1", (3, 8), 3, bias=True)
    x = net.node("Relu", [batch_norm(net, x, "norm1", 8)], "relu1")
    x = net.node("MaxPool", [x], "pool1", kernel_shape=[2, 2], strides=[2, 2])
    x = net.node("Relu", [conv(net, x, "conv2", (8, 8), 3)], "relu2")
    x = net.node("Flatten", [net.node("GlobalAveragePool", [x], "average")], "features")
    x = linear(net, dropout(net, x, "dropout", 0.5), "classifier", (8, CLASSES))
    return net.build(x, (CLASSES,), batch=4)


def small_artifacts(directory: pathlib.Path) -> pathlib.Path:
    """Write the small net's artifacts and give the directory."""
    write_artifacts(small_net(), directory)
    return directory
