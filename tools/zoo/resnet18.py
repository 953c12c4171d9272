"""ResNet-18 as torchvision builds it, on 96x96 images."""

from zoo.layers import batch_norm, conv, pooled_classifier
from zoo.net import Net, NetBuilder

STAGES = (64, 128, 256, 512)
CLASSES = 10


def resnet18() -> Net:
    """Build the net (batch 32, 3x96x96)."""
    net = NetBuilder("resnet18")
    x = net.input("input", (3, 96, 96))
    x = _conv_norm(net, x, "stem", (3, 64), kernel=7, stride=2)
    x = net.node("Relu", [x], "stem.relu")
    x = net.node("MaxPool", [x], "stem.pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 64
    for stage, width in enumerate(STAGES):
        for block in range(2):
            stride = 2 if stage and not block else 1
            x = _block(net, x, f"stage{stage}.block{block}", (channels, width), stride)
            channels = width
    return net.build(pooled_classifier(net, x, channels, CLASSES), (CLASSES,), batch=32)


def _block(net: NetBuilder, x: str, name: str, channels: tuple[int, int], stride: int) -> str:
    c_in, c_out = channels
    y = _conv_norm(net, x, f"{name}.first", channels, kernel=3, stride=stride)
    y = net.node("Relu", [y], f"{name}.first.relu")
    y = _conv_norm(net, y, f"{name}.second", (c_out, c_out), kernel=3)
    if stride != 1 or c_in != c_out:
        x = _conv_norm(net, x, f"{name}.shortcut", channels, kernel=1, stride=stride)
    return net.node("Relu", [net.node("Add", [y, x], f"{name}.sum")], f"{name}.relu")


def _conv_norm(
    net: NetBuilder, x: str, name: str, channels: tuple[int, int], *, kernel: int, stride: int = 1
) -> str:
    y = conv(net, x, f"{name}.conv", channels, kernel, stride=stride)
    return batch_norm(net, y, f"{name}.norm", channels[1])
