"""Pieces of rows, as transformers have them."""

import math

import numpy as np

from generated.growing import Growing, Value


def dense(grow: Growing, x: Value, width: int | None = None) -> Value:
    """``x W + b`` on the last axis; a Gemm where the sample is a vector."""
    width = width or grow.one_of([32, 16, x.shape[-1]])
    name = grow.name("dense")
    weight = grow.net.weight(f"{name}.weight", (x.shape[-1], width), fan_in=2 * x.shape[-1])
    bias = grow.net.initializer(f"{name}.bias", np.linspace(-0.1, 0.1, width))
    shape = (*x.shape[:-1], width)
    if len(x.shape) == 1:
        return grow.node("Gemm", [x, weight, bias], shape)
    return grow.node("Add", [grow.node("MatMul", [x, weight], shape), bias], shape)


def softmax(grow: Growing, x: Value) -> Value:
    return grow.node(grow.one_of(["Softmax", "LogSoftmax"]), [x], x.shape, axis=-1)


def attention(grow: Growing, x: Value) -> Value:
    """Attention of the rows among each other, with one head or two."""
    rows, width = x.shape
    heads = 2 if width % 2 == 0 and grow.flag() else 1
    part = width // heads
    query, key, value = (_heads(grow, dense(grow, x, width), heads, part) for _ in range(3))
    turned = grow.node("Transpose", [key], (heads, part, rows), perm=[0, 1, 3, 2])
    scores = grow.node("MatMul", [query, turned], (heads, rows, rows))
    scores = grow.node("Div", [scores, grow.constant(math.sqrt(part))], scores.shape)
    weights = grow.node("Softmax", [scores], scores.shape, axis=-1)
    context = grow.node("MatMul", [weights, value], (heads, rows, part))
    context = grow.node("Transpose", [context], (rows, heads, part), perm=[0, 2, 1, 3])
    return grow.node("Reshape", [context, grow.integers(0, rows, width)], x.shape)


def _heads(grow: Growing, x: Value, heads: int, part: int) -> Value:
    rows = x.shape[0]
    split = grow.node("Reshape", [x, grow.integers(0, rows, heads, part)], (rows, heads, part))
    return grow.node("Transpose", [split], (heads, rows, part), perm=[0, 2, 1, 3])
