"""Convolutions, their inputs, and the runtime's own gradient beside ours."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from held_values import SPECIAL_BITS
from one_node import Feeds, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import Bitmap, Codec, Coded, Dense
from bitgraph.domain import CONV_GRAD_HELD, CONV_GRAD_IN_PLACE, DOMAIN

Floats = npt.NDArray[np.float32]
CODECS: tuple[Codec, ...] = (Bitmap(), Coded(), Dense())
SPECIALS: Floats = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)
NAMES = ("dx", "dw", "db")


@dataclasses.dataclass(frozen=True)
class Convolution:
    """A Conv: the shapes of X and W, and the attributes that are not left out."""

    x: tuple[int, ...]
    w: tuple[int, ...]
    attributes: dict[str, Any] = dataclasses.field(default_factory=dict)
    bias: bool = True

    @property
    def y(self) -> tuple[int, ...]:
        """The shape of its output."""
        axes = len(self.x) - 2
        pads = self.attributes.get("pads", [0] * 2 * axes)
        strides = self.attributes.get("strides", [1] * axes)
        dilations = self.attributes.get("dilations", [1] * axes)
        padded = [self.x[i + 2] + pads[i] + pads[i + axes] for i in range(axes)]
        spans = [(self.w[i + 2] - 1) * dilations[i] + 1 for i in range(axes)]
        places = [(padded[i] - spans[i]) // strides[i] + 1 for i in range(axes)]
        return (self.x[0], self.w[0], *places)

    def feeds(self, seed: int = 0, *, spoiled: bool = False) -> dict[str, Floats]:
        """Return dy, x and w; x is half zeros, and ``spoiled`` ones have special values."""
        rng = np.random.default_rng(seed)
        shapes = {"dy": self.y, "x": self.x, "w": self.w}
        feeds = {name: rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}
        feeds["x"] = np.maximum(feeds["x"], 0)
        if spoiled:
            for name in ("dy", "x"):
                found = rng.random(feeds[name].shape) < 0.02
                feeds[name] = np.where(found, rng.choice(SPECIALS, found.shape), feeds[name])
        return feeds

    def node(self, op: str, inputs: tuple[str, ...], tag: str) -> onnx.NodeProto:
        """Return a gradient whose outputs end in ``tag``."""
        outputs = [f"{name}_{tag}" for name in NAMES[: 3 if self.bias else 2]]
        domain = "com.microsoft" if op == "ConvGrad" else DOMAIN
        return helper.make_node(op, inputs, outputs, domain=domain, **self.attributes)


# 1x1 to 7x7; strides, with a rest and without; dilation; groups, depthwise ones and with a multiplier; pads
# on one side only; odd sizes; no attribute at all; one axis and three.
CONVOLUTIONS = [
    Convolution((2, 3, 8, 8), (4, 3, 3, 3), {"pads": [1, 1, 1, 1], "kernel_shape": [3, 3]}),
    Convolution((1, 1, 5, 4), (1, 1, 1, 1), {"auto_pad": "NOTSET"}),
    Convolution((3, 16, 7, 9), (5, 16, 1, 1), bias=False),
    Convolution((4, 8, 9, 9), (16, 8, 1, 1), {"strides": [2, 2]}),
    Convolution((2, 3, 17, 15), (8, 3, 7, 7), {"pads": [3, 3, 3, 3], "strides": [2, 2], "group": 1}),
    Convolution((1, 5, 12, 11), (6, 5, 5, 5), {"pads": [2, 2, 2, 2]}, bias=False),
    Convolution((2, 4, 13, 10), (4, 4, 3, 2), {"pads": [0, 1, 2, 0], "strides": [2, 3]}),
    Convolution((2, 6, 11, 11), (3, 6, 3, 3), {"dilations": [2, 3], "pads": [2, 3, 2, 3]}),
    Convolution((3, 8, 9, 9), (12, 2, 3, 3), {"group": 4, "pads": [1, 1, 1, 1]}),
    Convolution((2, 24, 10, 10), (24, 1, 3, 3), {"group": 24, "pads": [1, 1, 1, 1]}, bias=False),
    Convolution((2, 10, 9, 7), (20, 1, 5, 5), {"group": 10, "pads": [2, 2, 2, 2], "strides": [2, 2]}),
    Convolution((2, 3, 6, 6), (4, 3, 3, 3), {"auto_pad": "VALID"}),
    Convolution((16, 2, 6, 6), (3, 2, 6, 6)),
    Convolution((1, 130, 4, 4), (70, 130, 3, 3), {"pads": [1, 1, 1, 1]}),
    Convolution((3, 4, 19), (6, 4, 5), {"pads": [2, 1], "strides": [2]}),
    Convolution((2, 3, 5, 6, 4), (4, 3, 3, 2, 3), {"pads": [1, 0, 1, 1, 1, 1], "strides": [1, 2, 1]}),
    Convolution((16, 64, 24, 24), (64, 64, 3, 3), {"pads": [1, 1, 1, 1]}),
]


def stock_and_ours(
    convolution: Convolution, feeds: Feeds, *, threads: int = 1, in_place: bool = True
) -> list[tuple[str, list[Floats], list[Floats]]]:
    """Run the runtime's gradient and each of ours: a name, its outputs and ours.

    With ``in_place`` the runtime may give dX the memory of X.
    """
    made = len(NAMES) if convolution.bias else 2
    stock = run_alone(convolution, "ConvGrad", "x", feeds, threads)
    ours = {"in place": run_alone(convolution, CONV_GRAD_IN_PLACE, "x", feeds, threads, in_place=in_place)}
    for codec in CODECS:
        held = {**feeds, "held": codec.encode(feeds["x"], TensorProto.FLOAT)}
        del held["x"]
        ours[type(codec).__name__] = run_alone(convolution, CONV_GRAD_HELD, "held", held, threads)
    return [(name, stock[:made], found) for name, found in ours.items()]


def run_alone(
    convolution: Convolution, op: str, source: str, feeds: Feeds, threads: int, *, in_place: bool = False
) -> list[Floats]:
    """Run one gradient, with ``source`` as its second input."""
    gradient = convolution.node(op, ("dy", source, "w"), "found")
    nodes, results = [gradient], [*gradient.output]
    if in_place:
        # Of known shape and with one reader each: only then does the runtime share their memory.
        gradient.input[1] = "own_x"
        one = helper.make_node("Constant", [], ["one"], value_float=1.0)
        before = helper.make_node("Mul", ["x", "one"], ["own_x"])
        nodes = [one, before, gradient, helper.make_node("Mul", [results[0], "one"], ["own_dx"])]
    outputs = dict.fromkeys(results, TensorProto.FLOAT)
    if in_place:
        outputs = {"own_dx": TensorProto.FLOAT, **dict.fromkeys(results[1:], TensorProto.FLOAT)}
    model = model_of(nodes, feeds, outputs, own_domain=True)
    for name in ("own_x", results[0]) if in_place else ():
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, convolution.x)
        model.graph.value_info.append(info)
    return run(model, feeds, threads)
