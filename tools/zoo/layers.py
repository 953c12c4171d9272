"""Layers that several nets share, each a few nodes added to a NetBuilder."""

import numpy as np

from zoo.net import NetBuilder


def conv(
    net: NetBuilder,
    x: str,
    name: str,
    channels: tuple[int, int],
    kernel: int,
    *,
    stride: int = 1,
    group: int = 1,
    bias: bool = False,
) -> str:
    """Square convolution from ``channels[0]`` to ``channels[1]``, padded to keep the size."""
    c_in, c_out = channels
    shape = (c_out, c_in // group, kernel, kernel)
    inputs = [x, net.weight(f"{name}.weight", shape, fan_in=c_in // group * kernel * kernel)]
    if bias:
        inputs.append(net.initializer(f"{name}.bias", np.zeros(c_out)))
    return net.node(
        "Conv",
        inputs,
        name,
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        pads=[kernel // 2] * 4,
        group=group,
    )


def batch_norm(net: NetBuilder, x: str, name: str, channels: int) -> str:
    """Batch normalization in the inference form; making artifacts turns it into training."""
    inputs = [
        x,
        net.initializer(f"{name}.weight", np.ones(channels)),
        net.initializer(f"{name}.bias", np.zeros(channels)),
        net.initializer(f"{name}.running_mean", np.zeros(channels)),
        net.initializer(f"{name}.running_var", np.ones(channels)),
    ]
    return net.node("BatchNormalization", inputs, name, epsilon=1e-5, momentum=0.9)


def linear(net: NetBuilder, x: str, name: str, widths: tuple[int, int]) -> str:
    """``x W^T + b`` on a matrix."""
    weight = net.weight(f"{name}.weight", (widths[1], widths[0]), fan_in=widths[0])
    bias = net.initializer(f"{name}.bias", np.zeros(widths[1]))
    return net.node("Gemm", [x, weight, bias], name, transB=1)


def dense(net: NetBuilder, x: str, name: str, widths: tuple[int, int]) -> str:
    """``x W + b`` on the last axis of a tensor of any rank."""
    weight = net.weight(f"{name}.weight", widths, fan_in=2 * widths[0])
    product = net.node("MatMul", [x, weight], f"{name}.product")
    return net.node("Add", [product, net.initializer(f"{name}.bias", np.zeros(widths[1]))], name)


def layer_norm(net: NetBuilder, x: str, name: str, width: int) -> str:
    """Layer normalization over the last axis."""
    scale = net.initializer(f"{name}.weight", np.ones(width))
    bias = net.initializer(f"{name}.bias", np.zeros(width))
    # Its gradient reads both extra outputs; onnxruntime finds no gradient without them.
    saved = [f"{name}.mean", f"{name}.inv_std"]
    return net.node("LayerNormalization", [x, scale, bias], name, saved, axis=-1, epsilon=1e-5)


def dropout(net: NetBuilder, x: str, name: str, ratio: float) -> str:
    """Dropout that drops in training."""
    inputs = [
        x,
        net.constant(f"{name}.ratio", np.array(ratio, np.float32)),
        net.constant(f"{name}.training", np.array(True)),
    ]
    return net.node("Dropout", inputs, name, [f"{name}.mask"])


def pooled_classifier(net: NetBuilder, x: str, channels: int, classes: int) -> str:
    """Global average over the image, then a linear layer."""
    pooled = net.node("GlobalAveragePool", [x], "average")
    return linear(net, net.node("Flatten", [pooled], "features"), "classifier", (channels, classes))
