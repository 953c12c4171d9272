"""Transformer encoders over token ids: post-LN, GELU written with Erf, Dropout."""

import dataclasses
import math

import numpy as np
from onnx import TensorProto

from zoo.layers import dense, dropout, layer_norm, linear
from zoo.net import Net, NetBuilder

CLASSES = 10
DROPOUT = 0.1


@dataclasses.dataclass(frozen=True)
class Shape:
    """The sizes of an encoder."""

    layers: int
    width: int
    heads: int
    sequence: int
    feed_forward: int
    vocabulary: int


def encoder() -> Net:
    """Build the four-layer encoder (batch 16, 128 tokens, width 256)."""
    return _build("encoder", Shape(4, 256, 8, 128, 1024, 1000), batch=16)


def tiny_encoder() -> Net:
    """Build a two-layer encoder for quick tests (batch 8, 32 tokens, width 64)."""
    return _build("tiny_encoder", Shape(2, 64, 4, 32, 256, 100), batch=8)


def _build(name: str, shape: Shape, batch: int) -> Net:
    net = NetBuilder(name)
    x = _embed(net, net.input("tokens", (shape.sequence,), TensorProto.INT64), shape)
    _constants(net, shape)
    for layer in range(shape.layers):
        x = _layer(net, x, f"layer{layer}", shape)
    pooled = net.node("ReduceMean", [x], "pooled", axes=[1], keepdims=0)
    scores = linear(net, pooled, "classifier", (shape.width, CLASSES))
    return net.build(scores, (CLASSES,), batch)


def _embed(net: NetBuilder, tokens: str, shape: Shape) -> str:
    # Fan-in 2 is a standard deviation of 1.
    table = net.weight("embedding.words", (shape.vocabulary, shape.width), fan_in=2)
    positions = net.weight("embedding.positions", (shape.sequence, shape.width), fan_in=2)
    words = net.node("Gather", [table, tokens], "embedding.gathered")
    x = net.node("Add", [words, positions], "embedding.sum")
    x = layer_norm(net, x, "embedding.norm", shape.width)
    return dropout(net, x, "embedding.dropout", DROPOUT)


def _constants(net: NetBuilder, shape: Shape) -> None:
    head = shape.width // shape.heads
    net.constant("split", np.array([0, 0, shape.heads, head]))
    net.constant("join", np.array([0, 0, shape.width]))
    net.constant("root_head", np.array(math.sqrt(head), np.float32))
    net.constant("root_two", np.array(math.sqrt(2.0), np.float32))
    net.constant("one", np.array(1.0, np.float32))
    net.constant("half", np.array(0.5, np.float32))


def _layer(net: NetBuilder, x: str, name: str, shape: Shape) -> str:
    y = dropout(net, _attention(net, x, f"{name}.attention", shape), f"{name}.dropout1", DROPOUT)
    x = layer_norm(net, net.node("Add", [x, y], f"{name}.sum1"), f"{name}.norm1", shape.width)
    y = dense(net, x, f"{name}.expand", (shape.width, shape.feed_forward))
    y = _gelu(net, y, f"{name}.gelu")
    y = dense(net, y, f"{name}.project", (shape.feed_forward, shape.width))
    y = dropout(net, y, f"{name}.dropout2", DROPOUT)
    return layer_norm(net, net.node("Add", [x, y], f"{name}.sum2"), f"{name}.norm2", shape.width)


def _attention(net: NetBuilder, x: str, name: str, shape: Shape) -> str:
    query = _heads(net, x, f"{name}.query", shape, [0, 2, 1, 3])
    key = _heads(net, x, f"{name}.key", shape, [0, 2, 3, 1])
    value = _heads(net, x, f"{name}.value", shape, [0, 2, 1, 3])
    scores = net.node("MatMul", [query, key], f"{name}.product")
    scores = net.node("Div", [scores, "root_head"], f"{name}.scores")
    weights = net.node("Softmax", [scores], f"{name}.softmax", axis=-1)
    weights = dropout(net, weights, f"{name}.dropout", DROPOUT)
    context = net.node("MatMul", [weights, value], f"{name}.context")
    context = net.node("Transpose", [context], f"{name}.rows", perm=[0, 2, 1, 3])
    context = net.node("Reshape", [context, "join"], f"{name}.joined")
    return dense(net, context, f"{name}.output", (shape.width, shape.width))


def _heads(net: NetBuilder, x: str, name: str, shape: Shape, perm: list[int]) -> str:
    y = dense(net, x, name, (shape.width, shape.width))
    y = net.node("Reshape", [y, "split"], f"{name}.split")
    return net.node("Transpose", [y], f"{name}.heads", perm=perm)


def _gelu(net: NetBuilder, x: str, name: str) -> str:
    scaled = net.node("Div", [x, "root_two"], f"{name}.scaled")
    error = net.node("Erf", [scaled], f"{name}.erf")
    gate = net.node("Add", [error, "one"], f"{name}.gate")
    product = net.node("Mul", [x, gate], f"{name}.product")
    return net.node("Mul", [product, "half"], name)
