"""The nets by name."""

from collections.abc import Callable

from zoo.encoder import encoder, tiny_encoder
from zoo.mlp import mlp
from zoo.mobilenet_v2 import mobilenet_v2
from zoo.net import Net
from zoo.resnet18 import resnet18
from zoo.vgg import vgg

NETS: dict[str, Callable[[], Net]] = {
    build.__name__: build for build in (vgg, resnet18, mobilenet_v2, mlp, tiny_encoder, encoder)
}
