"""Normalizations and what usually stands behind them."""

import numpy as np

from generated.activations import activation
from generated.growing import Growing, Value


def batch_norm(grow: Growing, x: Value) -> Value:
    channels = x.shape[0]
    name = grow.name("norm")
    values = {
        "weight": np.linspace(0.8, 1.2, channels),
        "bias": np.linspace(-0.1, 0.1, channels),
        "running_mean": np.zeros(channels),
        "running_var": np.ones(channels),
    }
    parameters = [grow.net.initializer(f"{name}.{key}", array) for key, array in values.items()]
    return grow.node("BatchNormalization", [x, *parameters], x.shape, epsilon=1e-5, momentum=0.9)


def normed_activation(grow: Growing, x: Value) -> Value:
    """The pair that most nets are made of; both values stay readable by later pieces."""
    y = batch_norm(grow, x)
    grow.values.append(y)
    return activation(grow, y)


def layer_norm(grow: Growing, x: Value) -> Value:
    width = x.shape[-1]
    name = grow.name("norm")
    scale = grow.net.initializer(f"{name}.weight", np.linspace(0.8, 1.2, width))
    shift = grow.net.initializer(f"{name}.bias", np.linspace(-0.1, 0.1, width))
    return grow.node("LayerNormalization", [x, scale, shift], x.shape, extra=2, axis=-1, epsilon=1e-5)
