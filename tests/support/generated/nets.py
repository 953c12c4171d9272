"""The strategy: whole nets and how they are trained."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import onnx
from hypothesis import strategies as st
from onnx import TensorProto
from zoo.net import NetBuilder

from generated.activations import activation
from generated.convolutions import convolution
from generated.growing import Growing, Value
from generated.joins import combine, concat, divide, squeeze_excite, views
from generated.norms import batch_norm, layer_norm, normed_activation
from generated.pools import pool
from generated.rows import attention, dense, softmax

CLASSES = 5
MAX_ELEMENTS = 32 * 24 * 24
_Piece = Callable[[Growing, Value], Value]

_PLANES: list[_Piece] = [convolution, convolution, normed_activation, activation, pool, batch_norm]
_PLANES += [convolution, activation, combine, concat, divide, squeeze_excite, views]
_ROWS: list[_Piece] = [dense, attention, layer_norm, activation, activation, softmax]
_ROWS += [combine, concat, divide, views]
_VECTORS: list[_Piece] = [dense, activation, combine]
_PIECES = {3: _PLANES, 2: _ROWS, 1: _VECTORS}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A forward model and how it is trained.

    Attributes:
        model: The forward model; its metadata name the batch.
        batch: Samples in a step.
        optimizer: ``sgd`` or ``adamw``.
        frozen: One bit a parameter, in the order of the model: whether it is left as it is.
    """

    model: onnx.ModelProto
    batch: int
    optimizer: str
    frozen: int

    def __repr__(self) -> str:
        operators = ", ".join(node.op_type for node in self.model.graph.node if node.op_type != "Constant")
        return f"Recipe({self.batch} samples, {self.optimizer}, frozen {self.frozen:b}: {operators})"


@st.composite
def recipes(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Recipe:
    """Draw a net of 6 to 18 pieces, each behind one of the values that are there by then."""
    static = draw(st.booleans())
    batch = draw(st.integers(2, 8))
    net = NetBuilder("generated", draw(st.integers(0, 3)))
    grow = Growing(draw, net, static)
    grow.values.append(_stem(grow))
    for _ in range(draw(st.integers(6, 18))):
        _grow_by_one(grow)
    model = net.build(_classifier(grow), (CLASSES,), batch).model
    if static:
        for entry in [*model.graph.input, *model.graph.output]:
            entry.type.tensor_type.shape.dim[0].dim_value = batch
    optimizer = draw(st.sampled_from(["sgd", "adamw"]))
    frozen = draw(st.one_of(st.just(0), st.integers(0, 2**16 - 1)))
    return Recipe(model, batch, optimizer, frozen)


def _stem(grow: Growing) -> Value:
    """Read the input once: ONNX Runtime names the gradients of an input with two readers alike."""
    kind = grow.one_of(["planes"] * 5 + ["rows", "tokens"])
    if kind == "planes":
        side = grow.one_of([24, 16, 13, 32])
        shape = (grow.one_of([8, 3, 16]), side, grow.one_of([side, side, 15]))
        return convolution(grow, Value(grow.net.input("input", shape), shape))
    rows, width = grow.one_of([32, 48, 15]), grow.one_of([64, 32, 18])
    if kind == "rows":
        return dense(grow, Value(grow.net.input("input", (rows, width)), (rows, width)))
    tokens = grow.net.input("input", (rows,), TensorProto.INT64)
    table = grow.net.weight("words", (50, width), fan_in=2)
    return grow.node("Gather", [table, tokens], (rows, width))


def _grow_by_one(grow: Growing) -> None:
    # Mostly the last value, so that nets grow deep; an earlier one makes branches.
    x = grow.one_of([grow.values[-1]] * 3 + grow.values[-4:])
    y = grow.one_of(_PIECES[len(x.shape)])(grow, x)
    if math.prod(y.shape) > MAX_ELEMENTS:
        y = pool(grow, y) if len(y.shape) == 3 else divide(grow, y)
    grow.values.append(y)


def _classifier(grow: Growing) -> str:
    """Read the last value and the loose ends; what one net in four leaves out is a dead branch."""
    whole = grow.one_of([True, True, True, False])
    *loose, last = [value for value in grow.values if value is grow.values[-1] or value in grow.unread()]
    ends = [_vector(grow, value) for value in [*filter(lambda _: whole or grow.flag(), loose), last]]
    joined = ends[0]
    if len(ends) > 1:
        joined = grow.node("Concat", ends, (sum(end.shape[0] for end in ends),), axis=1)
    return dense(grow, joined, CLASSES).name


def _vector(grow: Growing, x: Value) -> Value:
    if len(x.shape) == 3:
        x = grow.node("GlobalAveragePool", [x], (x.shape[0], 1, 1))
    elif len(x.shape) == 2 and grow.flag():
        return grow.node("ReduceMean", [x], (x.shape[1],), axes=[1], keepdims=0)
    return grow.node("Flatten", [x], (math.prod(x.shape),)) if len(x.shape) > 1 else x
