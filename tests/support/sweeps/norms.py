"""Gradients of norms: ours beside the runtime's, and by samples."""

import dataclasses

import batch_norms
import layer_norms
import numpy as np
from batch_norms import ACTIVATIONS, Activation
from streams import EPSILON, STATISTICS, Line, Program, statistics

from sweeps.case import (
    MOST_ELEMENTS,
    THREADS,
    Case,
    Values,
    assert_same,
    draw_dims,
    draw_size,
    draw_values,
    sprinkle,
)

_STREAMED = (
    {"activation": "none"},
    {"activation": "relu"},
    {"activation": "clip", "low": 0.0, "high": 6.0},
)


@dataclasses.dataclass(frozen=True)
class BatchNormGradient(Case):
    """BatchNormGrad beside the runtime's gradients of the activation and the norm."""

    shape: tuple[int, ...]
    activation: Activation
    seed: int
    values: Values
    threads: int
    in_place: bool

    def check(self) -> None:
        """Another NaN may come out where NaNs meet, and where one meets an activation."""
        feeds = batch_norms.inputs(self.shape, self.seed)
        rng = np.random.default_rng(self.seed)
        shares = {"dy": 0.1, "x": 0.5 / max(1, int(np.prod(self.shape[2:])))}
        feeds |= {name: sprinkle(rng, feeds[name], share, self.values) for name, share in shares.items()}
        stock, ours = batch_norms.stock_and_our_gradients(
            self.activation, feeds, threads=self.threads, in_place=self.in_place
        )
        strict = self.values == "ordinary" or (self.values == "special" and self.activation.name == "none")
        assert_same(ours, stock, any_nan=not strict)


@dataclasses.dataclass(frozen=True)
class BatchNormStream(Case):
    """A Stream that ends in BatchNormGrad beside the same nodes standing alone."""

    shape: tuple[int, ...]
    source: str
    activation: dict[str, object]
    seed: int
    values: Values
    threads: int
    rows: int

    def check(self) -> None:
        """X dense, computed again, or the output of a convolution."""
        rng = np.random.default_rng(self.seed)
        channels = self.shape[1]
        feeds = {name: rng.standard_normal(self.shape, np.float32) for name in ("dy", "a")}
        feeds = {name: sprinkle(rng, feed, 0.02, self.values) for name, feed in feeds.items()}
        feeds |= {"w0": rng.standard_normal((channels, channels, 1, 1), np.float32)}
        feeds |= statistics(channels, rng)
        lines = {
            "dense": [],
            "silu": [Line("s", "Sigmoid", "a"), Line("x", "Mul", "a s")],
            "conv": [Line("x", "Conv", "a w0")],
        }[self.source]
        read = f"dy {'x' if lines else 'a'} scale mean inv_std"
        bias = "" if self.activation["activation"] == "none" else " bias"
        attributes = {"epsilon": EPSILON, **self.activation}
        gradient = Line("dx dscale dbias", "BatchNormGrad", read + bias, attributes)
        wholes = [*(["w0"] if self.source == "conv" else []), *STATISTICS]
        inputs = ", ".join(["rows dy", "rows a", *(f"whole {name}" for name in wholes)])
        program = Program(inputs, "rows dx, whole dscale, whole dbias", (*lines, gradient))
        assert_same(
            program.stream(feeds, self.threads, self.rows, in_place=True), program.alone(feeds, self.threads)
        )


@dataclasses.dataclass(frozen=True)
class LayerNormGradient(Case):
    """LayerNormGrad beside the runtime's."""

    shape: tuple[int, ...]
    axis: int
    seed: int
    values: Values
    threads: int
    in_place: bool

    def check(self) -> None:
        """Another NaN may come out where NaNs meet."""
        feeds = layer_norms.inputs(self.shape, self.axis, self.seed)
        rng = np.random.default_rng(self.seed)
        feeds |= {name: sprinkle(rng, feeds[name], 0.02, self.values) for name in ("dy", "x")}
        stock, ours = layer_norms.stock_and_ours(
            feeds, self.axis, threads=self.threads, in_place=self.in_place
        )
        assert_same(ours, stock, any_nan=self.values == "with NaNs")


def draw_batch_norm_gradient(rng: np.random.Generator) -> BatchNormGradient:
    """Draw shapes of rank 2 to 5."""
    return BatchNormGradient(
        _draw_shape(rng, int(rng.choice([0, 1, 2, 2, 2, 3]))),
        ACTIVATIONS[int(rng.integers(len(ACTIVATIONS)))],
        int(rng.integers(1 << 30)),
        draw_values(rng),
        int(rng.choice(THREADS)),
        bool(rng.random() < 0.5),
    )


def draw_batch_norm_stream(rng: np.random.Generator) -> BatchNormStream:
    """Draw images and where X comes from."""
    shape = _draw_shape(rng, 2)
    return BatchNormStream(
        shape,
        str(rng.choice(["dense", "silu", "conv"] if shape[1] <= 64 else ["dense", "silu"])),
        _STREAMED[int(rng.integers(len(_STREAMED)))],
        int(rng.integers(1 << 30)),
        draw_values(rng),
        int(rng.choice(THREADS)),
        int(rng.choice([0, 1, 2, 3, 5])),
    )


def draw_layer_norm_gradient(rng: np.random.Generator) -> LayerNormGradient:
    """Draw tensors of rank 2 to 4, normed from any axis but the first."""
    shape = (draw_size(rng, 64), *draw_dims(rng, int(rng.integers(1, 4)), MOST_ELEMENTS // 64))
    axis = int(rng.integers(1, len(shape)))
    if np.prod(shape[axis:]) == 1:
        return draw_layer_norm_gradient(rng)  # The runtime refuses them.
    return LayerNormGradient(
        shape,
        axis - len(shape) if rng.random() < 0.5 else axis,
        int(rng.integers(1 << 30)),
        draw_values(rng),
        int(rng.choice(THREADS)),
        bool(rng.random() < 0.5),
    )


def _draw_shape(rng: np.random.Generator, axes: int) -> tuple[int, ...]:
    batch, channels = int(rng.integers(1, 17)), draw_size(rng, 256)
    return (batch, channels, *draw_dims(rng, axes, max(1, MOST_ELEMENTS // (batch * channels))))
