"""Gradients of convolutions: in place, out of a held form, and by samples out of what is computed again."""

import dataclasses
import math

import numpy as np
from conv_grads import CODECS, Convolution, stock_and_ours
from onnx import TensorProto
from streams import EPSILON, STATISTICS, Line, Program, conv_feeds, gradient_of, statistics

from sweeps.case import MOST_ELEMENTS, THREADS, Case, assert_same, draw_dims, draw_size

_MOST_PRODUCTS = 1 << 26
_SOURCES = ("rows", "held", "relu", "clip", "tanh", "conv", "norm")


@dataclasses.dataclass(frozen=True)
class ConvGradient(Case):
    """ConvGradInPlace and ConvGradHeld beside ConvGrad."""

    convolution: Convolution
    seed: int
    spoiled: bool
    threads: int
    in_place: bool

    def check(self) -> None:
        """All of ours beside the runtime's."""
        feeds = self.convolution.feeds(self.seed, spoiled=self.spoiled)
        for _, stock, ours in stock_and_ours(
            self.convolution, feeds, threads=self.threads, in_place=self.in_place
        ):
            assert_same(ours, stock)


@dataclasses.dataclass(frozen=True)
class ConvStream(Case):
    """A Stream that ends in ConvGrad beside the same nodes standing alone."""

    convolution: Convolution
    source: str
    seed: int
    spoiled: bool
    threads: int
    rows: int

    def check(self) -> None:
        """By chunks, in place where shapes allow it, and the nodes over the whole batch."""
        rng = np.random.default_rng(self.seed)
        convolution, channels = self.convolution, self.convolution.x[1]
        feeds = {**conv_feeds(convolution, self.seed), **statistics(channels, rng)}
        given = convolution.feeds(self.seed, spoiled=self.spoiled)
        codec = CODECS[self.seed % len(CODECS)]
        feeds |= {**given, "q": codec.encode(given["x"], TensorProto.FLOAT)}
        feeds["w0"] = rng.standard_normal((channels, channels, 1, 1), np.float32)
        lines = [] if self.source == "rows" else self._source()
        gradient, outputs = gradient_of(convolution)
        x = "rows x" if self.source == "rows" else "held q"
        read = {name for line in lines for name in line.read.split()}
        wholes = [f"whole {name}" for name in ("w0", *STATISTICS) if name in read]
        inputs = ", ".join(["rows dy", x, *wholes, "whole w"])
        program = Program(inputs, outputs, (*lines, gradient))
        in_place = convolution.x == convolution.y
        assert_same(
            program.stream(feeds, self.threads, self.rows, in_place=in_place),
            program.alone(feeds, self.threads),
        )

    def _source(self) -> list[Line]:
        unpacked = Line("x" if self.source == "held" else "a", "BitmapUnpack", "q")
        clip = {"epsilon": EPSILON, "activation": "clip", "low": 0.0, "high": 6.0}
        behind = {
            "held": [],
            "relu": [Line("x", "Relu", "a")],
            "clip": [Line("b", "Sigmoid", "a"), Line("x", "Mul", "a b")],
            "tanh": [Line("x", "Tanh", "a")],
            "conv": [Line("x", "Conv", "a w0")],
            "norm": [
                Line("p", "Conv", "a w0"),
                Line("x", "BatchNormRecompute", f"p {' '.join(STATISTICS)}", clip),
            ],
        }
        return [unpacked, *behind[self.source]]


def draw_conv_gradient(rng: np.random.Generator) -> ConvGradient:
    """Draw any convolution, of one axis to three."""
    axes = int(rng.choice([1, 2, 2, 2, 2, 2, 3]))
    return ConvGradient(
        _draw(rng, axes),
        int(rng.integers(1 << 30)),
        bool(rng.random() < 0.4),
        int(rng.choice(THREADS)),
        bool(rng.random() < 0.7),
    )


def draw_conv_stream(rng: np.random.Generator) -> ConvStream:
    """Draw a convolution of images and what its input is restored or computed from."""
    convolution = _draw(rng, 2)
    sources = _SOURCES if convolution.x[1] <= 64 else _SOURCES[:5]
    return ConvStream(
        convolution,
        str(rng.choice(sources)),
        int(rng.integers(1 << 30)),
        bool(rng.random() < 0.3),
        int(rng.choice(THREADS)),
        int(rng.choice([0, 1, 2, 3, 5])),
    )


def _draw(rng: np.random.Generator, axes: int) -> Convolution:
    """Kernels of 1 to 7, strides, dilations, groups, pads on any side, some that keep the size."""
    batch, kernel = (
        int(rng.integers(1, 17)),
        [int(rng.integers(1, 8 if axes < 3 else 4)) for _ in range(axes)],
    )
    strides = [int(rng.choice([1, 1, 2, 3])) for _ in range(axes)]
    dilations = [int(rng.choice([1, 1, 1, 2, 3])) for _ in range(axes)]
    spans = [(size - 1) * dilation + 1 for size, dilation in zip(kernel, dilations, strict=True)]
    if rng.random() < 0.5:
        strides = [1] * axes
        pads = [(span - 1) // 2 for span in spans] + [span // 2 for span in spans]
    else:
        pads = [int(rng.integers(span)) for span in (*spans, *spans)]
    channels, made = draw_size(rng, 256), draw_size(rng, 256)
    made = channels if rng.random() < 0.4 else made
    group = 1
    if axes == 2 and rng.random() < 0.5:
        shared = math.gcd(channels, made)
        group = int(rng.choice([each for each in range(1, shared + 1) if shared % each == 0]))
    planes = draw_dims(rng, axes, max(1, MOST_ELEMENTS // (batch * channels)))
    for axis in range(axes):
        least = spans[axis] - pads[axis] - pads[axis + axes]
        planes = (*planes[:axis], max(planes[axis], least), *planes[axis + 1 :])
    attributes = {
        "kernel_shape": kernel,
        "pads": pads,
        "strides": strides,
        "dilations": dilations,
        "group": group,
    }
    bias = bool(rng.random() < 0.5)
    drawn = Convolution((batch, channels, *planes), (made, channels // group, *kernel), attributes, bias)
    products = math.prod(drawn.y) * math.prod(drawn.w[1:])
    return drawn if products <= _MOST_PRODUCTS else _draw(rng, axes)
