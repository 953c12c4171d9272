"""A deep net of nothing but convolutions and ReLUs, whose step is mostly what ReLUs leave."""

from zoo.layers import conv, pooled_classifier
from zoo.net import Net, NetBuilder

WIDTHS = (16, 32, 64)
DEPTH = 10


def plain32(side: int = 32, depth: int = DEPTH) -> Net:
    """Build the plain net of 32 layers that He et al. (arXiv 1512.03385, 4.2) compare ResNets with.

    Strides do the pooling. Batch norms, which hold tensors without zeros, are left out.

    Args:
        side: Rows and columns of the images, which have three channels.
        depth: Convolutions at each of the three sizes; 10 make 32 layers.
    """
    net = NetBuilder("plain32")
    x = net.input("input", (3, side, side))
    channels = 3
    for stage, width in enumerate(WIDTHS):
        for layer in range(depth + (stage == 0)):
            name = f"stage{stage}.conv{layer}"
            stride = 2 if stage and layer == 0 else 1
            x = conv(net, x, name, (channels, width), 3, stride=stride, bias=True)
            x = net.node("Relu", [x], f"stage{stage}.relu{layer}")
            channels = width
    return net.build(pooled_classifier(net, x, channels, 10), (10,), batch=16)
