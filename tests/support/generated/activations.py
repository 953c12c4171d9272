"""Activations, for values of any shape: single operators and the chains that exporters write."""

import math

import numpy as np

from generated.growing import Growing, Value


def activation(grow: Growing, x: Value) -> Value:
    return grow.one_of(_ALL)(grow, x)


def _relu(grow: Growing, x: Value) -> Value:
    return grow.node("Relu", [x], x.shape)


def _relu6(grow: Growing, x: Value) -> Value:
    return grow.node("Clip", [x, grow.constant(0.0), grow.constant(6.0)], x.shape)


def _one_sided_clip(grow: Growing, x: Value) -> Value:
    bounds = ["", grow.constant(1.0)] if grow.flag() else [grow.constant(-0.5)]
    return grow.node("Clip", [x, *bounds], x.shape)


def _leaky_relu(grow: Growing, x: Value) -> Value:
    return grow.node("LeakyRelu", [x], x.shape, alpha=grow.one_of([0.01, 0.2]))


def _smooth(grow: Growing, x: Value) -> Value:
    return grow.node(grow.one_of(["Sigmoid", "Tanh", "Erf"]), [x], x.shape)


def _silu(grow: Growing, x: Value) -> Value:
    return grow.node("Mul", [x, grow.node("Sigmoid", [x], x.shape)], x.shape)


def _gelu(grow: Growing, x: Value) -> Value:
    scaled = grow.node("Div", [x, grow.constant(math.sqrt(2.0))], x.shape)
    gate = grow.node("Add", [grow.node("Erf", [scaled], x.shape), grow.constant(1.0)], x.shape)
    return grow.node("Mul", [grow.node("Mul", [x, gate], x.shape), grow.constant(0.5)], x.shape)


def _hard_swish(grow: Growing, x: Value) -> Value:
    moved = grow.node("Add", [x, grow.constant(3.0)], x.shape)
    gate = grow.node("Clip", [moved, grow.constant(0.0), grow.constant(6.0)], x.shape)
    return grow.node("Mul", [x, grow.node("Div", [gate, grow.constant(6.0)], x.shape)], x.shape)


def _gate(grow: Growing, x: Value) -> Value:
    """A ReLU spelled out: a comparison, which has no gradient, and a choice."""
    positive = grow.node("Greater", [x, grow.constant(0.0)], x.shape)
    other = grow.node("Mul", [x, grow.constant(0.1)], x.shape) if grow.flag() else grow.constant(0.0)
    return grow.node("Where", [positive, x, other], x.shape)


def _dropout(grow: Growing, x: Value) -> Value:
    training = grow.net.constant(grow.name("training"), _TRUE)
    return grow.node("Dropout", [x, grow.constant(grow.one_of([0.1, 0.5])), training], x.shape, extra=1)


_TRUE = np.array(True)

_ALL = [
    _relu,
    _relu,
    _relu6,
    _one_sided_clip,
    _leaky_relu,
    _smooth,
    _silu,
    _gelu,
    _hard_swish,
    _gate,
    _dropout,
]
