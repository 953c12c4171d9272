"""Inputs of batch normalization, and the runtime's own nodes around it."""

import dataclasses

import numpy as np
import numpy.typing as npt
import onnx
from held_values import SPECIAL_BITS
from one_node import Feeds, model_of, run
from onnx import TensorProto, helper

from bitgraph.domain import (
    BATCH_NORM_GRAD,
    BATCH_NORM_IN_PLACE,
    BATCH_NORM_MASK_GRAD,
    BATCH_NORM_RECOMPUTE,
    DOMAIN,
)

Floats = npt.NDArray[np.float32]

EPSILON = 1e-3
KEPT = ("x", "scale", "bias", "mean", "inv_std")
SPECIALS: Floats = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)
LARGEST = float(np.finfo(np.float32).max)

# Rank 2 to 5, planes of odd size and of one element, batches of 1 to 16, 1 to 64 channels.
SHAPES = [
    *((7, 5), (1, 3), (16, 64), (3, 1, 17), (2, 5, 1), (1, 4, 33), (16, 3, 3, 3), (2, 64, 7, 5)),
    *((5, 6, 1, 1), (3, 2, 24, 25), (4, 3, 2, 3, 5), (1, 1, 5, 5), (2, 2, 300, 301)),
]


@dataclasses.dataclass(frozen=True)
class Activation:
    """What stands behind the normalization; ``low`` and ``high`` only of a Clip."""

    name: str
    low: float | None = None
    high: float | None = None

    def recompute(self, kept: str = "y") -> onnx.NodeProto:
        """Return a BatchNormRecompute to 'ours', from the statistics whose names begin with ``kept``."""
        bounds = self._bounds(-LARGEST, LARGEST)
        inputs = ["x", "scale", "bias", f"{kept}_mean", f"{kept}_inv_std", "x"]
        attributes = {"activation": self.name, "epsilon": EPSILON, **bounds}
        return helper.make_node(BATCH_NORM_RECOMPUTE, inputs, ["ours"], domain=DOMAIN, **attributes)

    def mask_grad(self, kept: str = "y") -> onnx.NodeProto:
        """Return a BatchNormMaskGrad, likewise."""
        bounds = self._bounds(-np.inf, np.inf)
        inputs = ["dy", "x", "scale", "bias", f"{kept}_mean", f"{kept}_inv_std"]
        attributes = {"mode": self.name, "epsilon": EPSILON, **bounds}
        return helper.make_node(BATCH_NORM_MASK_GRAD, inputs, ["ours"], domain=DOMAIN, **attributes)

    def grad(self, kept: str = "y") -> onnx.NodeProto:
        """Return a BatchNormGrad of the normalization and this, to 'ours', 'ours_scale', 'ours_bias'."""
        inputs = ["dy", "x", "scale", f"{kept}_mean", f"{kept}_inv_std"]
        outputs = ["ours", "ours_scale", "ours_bias"]
        attributes = {"activation": self.name, "epsilon": EPSILON, **self._bounds(-np.inf, np.inf)}
        if self.name != "none":
            inputs.append("bias")
        return helper.make_node(BATCH_NORM_GRAD, inputs, outputs, domain=DOMAIN, **attributes)

    def _bounds(self, lowest: float, highest: float) -> dict[str, float]:
        if self.name != "clip":
            return {}
        low, high = self.low, self.high
        return {"low": lowest if low is None else low, "high": highest if high is None else high}

    @property
    def forward(self) -> list[onnx.NodeProto]:
        """Stock nodes from 'y' to 'stock'."""
        if self.name == "none":
            return [helper.make_node("Identity", ["y"], ["stock"])]
        if self.name == "relu":
            return [helper.make_node("Relu", ["y"], ["stock"])]
        names = ["" if bound is None else name for name, bound in (("low", self.low), ("high", self.high))]
        return [*self._constants(), helper.make_node("Clip", ["y", *names], ["stock"])]

    @property
    def backward(self) -> list[onnx.NodeProto]:
        """Stock nodes from 'dy' and 'y' to 'stock', as the gradient builder makes them."""
        if self.name == "relu":
            return [helper.make_node("ReluGrad", ["dy", "y"], ["stock"], domain="com.microsoft")]
        tests = []
        if self.low is not None:
            tests.append(helper.make_node("GreaterOrEqual", ["y", "low"], ["above"]))
        if self.high is not None:
            tests.append(helper.make_node("LessOrEqual", ["y", "high"], ["below"]))
        inside = tests[-1].output[0]
        if len(tests) == 2:
            tests.append(helper.make_node("And", ["above", "below"], ["inside"]))
            inside = "inside"
        return [
            *self._constants(),
            *tests,
            helper.make_node("Cast", [inside], ["factor"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["dy", "factor"], ["stock"]),
        ]

    def _constants(self) -> list[onnx.NodeProto]:
        return [
            helper.make_node("Constant", [], [name], value_float=bound)
            for name, bound in (("low", self.low), ("high", self.high))
            if bound is not None
        ]


NONE, RELU = Activation("none"), Activation("relu")
CLIPS = [
    *(Activation("clip", 0.0, 6.0), Activation("clip", -0.5, 0.5), Activation("clip", -0.0, 1.0)),
    *(Activation("clip", 0.0, None), Activation("clip", None, 0.25)),
]
ACTIVATIONS = [NONE, RELU, *CLIPS]
GRADIENTS = [RELU, *CLIPS]


def inputs(shape: tuple[int, ...], seed: int, *, spoiled: bool = False) -> dict[str, Floats]:
    """Return dy, x, scale, bias and the running statistics; ``spoiled`` ones have special values.

    There is one NaN in x and none in the parameters: which of two different ones stock keeps depends on where
    in its loops they meet.
    """
    rng = np.random.default_rng(seed)
    vector = shape[1:2]
    feeds = {
        "dy": rng.standard_normal(shape, np.float32),
        "x": rng.standard_normal(shape, np.float32) * 2 + 1,
        "scale": rng.standard_normal(vector, np.float32),
        "bias": rng.standard_normal(vector, np.float32),
        "running_mean": np.zeros(vector, np.float32),
        "running_inv_std": np.ones(vector, np.float32),
    }
    if spoiled:
        shares = {"dy": 0.3, "x": 0.5 / max(1, int(np.prod(shape[2:])))}
        feeds |= {name: sprinkled(rng, feeds[name], share) for name, share in shares.items()}
        feeds["x"] = np.where(np.isnan(feeds["x"]), rng.choice(SPECIALS[np.isnan(SPECIALS)]), feeds["x"])
        numbers = SPECIALS[~np.isnan(SPECIALS)]
        feeds |= {name: sprinkled(rng, feeds[name], 0.2, numbers) for name in ("scale", "bias")}
    return feeds


def sprinkled(rng: np.random.Generator, x: Floats, share: float, values: Floats = SPECIALS) -> Floats:
    """Return ``x`` with about that share of it replaced by some of the values."""
    return np.where(rng.random(x.shape) < share, rng.choice(values, x.shape), x)


def stock_and_ours(
    activation: Activation, feeds: Feeds, *, gradient: bool, threads: int = 1, kept: str = "y"
) -> tuple[Floats, Floats]:
    """Run the runtime's normalization and what follows, and our node beside it.

    ``kept`` begins the names of the statistics that our node takes: of the batch, or the running ones.
    """
    if gradient:
        rest = [*activation.backward, activation.mask_grad(kept)]
    else:
        rest = [*activation.forward, activation.recompute(kept)]
    used = feeds if gradient else {name: feed for name, feed in feeds.items() if name != "dy"}
    outputs = {"stock": TensorProto.FLOAT, "ours": TensorProto.FLOAT}
    stock, ours = run(model_of([_normalize(), *rest], used, outputs, own_domain=True), used, threads)
    return stock, ours


def stock_and_our_gradients(
    activation: Activation, feeds: Feeds, *, threads: int = 1, in_place: bool = False
) -> tuple[list[Floats], list[Floats]]:
    """Run the runtime's gradients of the activation and of the normalization, and our node beside them.

    With ``in_place`` our node may write dX over dY.
    """
    before = [] if activation.name == "none" else activation.backward
    dy = before[-1].output[0] if before else "dy"
    names = ["stock_x", "stock_scale", "stock_bias"]
    gradient = helper.make_node(
        "BatchNormalizationGrad",
        [dy, "x", "scale", "y_mean", "y_inv_std"],
        names,
        domain="com.microsoft",
        epsilon=EPSILON,
    )
    ours = activation.grad()
    nodes = [_normalize(), *before, gradient, ours]
    results = [*ours.output]
    passing = []
    if in_place:
        # Of known shape and with one reader each: only then does the runtime share their memory.
        ours.input[0] = "own_dy"
        nodes.insert(0, helper.make_node("Mul", ["dy", "one"], ["own_dy"]))
        nodes.insert(0, helper.make_node("Constant", [], ["one"], value_float=1.0))
        nodes.append(helper.make_node("Mul", ["ours", "one"], ["own_dx"]))
        results[0] = "own_dx"
        passing = ["own_dy", "ours"]
    outputs = dict.fromkeys([*names, *results], TensorProto.FLOAT)
    model = model_of(nodes, feeds, outputs, own_domain=True)
    for name in passing:
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, feeds["x"].shape)
        model.graph.value_info.append(info)
    found = run(model, feeds, threads)
    return found[:3], found[3:]


def stock_and_our_norms(
    feeds: Feeds, *, threads: int = 1, in_place: bool = False
) -> tuple[list[Floats], list[Floats]]:
    """Run the runtime's batch norm and BatchNormInPlace, each with running statistics of its own.

    With ``in_place`` the runtime may give Y the memory of X.
    """
    feeds = {**feeds, "own_mean": feeds["running_mean"].copy(), "own_var": feeds["running_inv_std"].copy()}
    names = ["ours", "our_new_mean", "our_new_var", "our_mean", "our_inv_std"]
    attributes = {"epsilon": EPSILON, "momentum": 0.9}
    stock = _normalize(**attributes)
    read = ["own_x" if in_place else "x", "scale", "bias", "own_mean", "own_var"]
    ours = helper.make_node(BATCH_NORM_IN_PLACE, read, names, domain=DOMAIN, **attributes)
    nodes, results, passing = [stock, ours], [*names], []
    if in_place:
        # Of known shape and with one reader each: only then does the runtime share their memory.
        one = helper.make_node("Constant", [], ["one"], value_float=1.0)
        before = helper.make_node("Mul", ["x", "one"], ["own_x"])
        nodes = [one, stock, before, ours, helper.make_node("Mul", ["ours", "one"], ["own_y"])]
        results[0] = "own_y"
        passing = ["own_x", "ours"]
    outputs = dict.fromkeys([*stock.output, *results], TensorProto.FLOAT)
    model = model_of(nodes, feeds, outputs, own_domain=True)
    for name in passing:
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, feeds["x"].shape)
        model.graph.value_info.append(info)
    found = run(model, feeds, threads)
    return found[: len(names)], found[len(names) :]


def _normalize(**attributes: float) -> onnx.NodeProto:
    return helper.make_node(
        "BatchNormInternal",
        ["x", "scale", "bias", "running_mean", "running_inv_std"],
        ["y", "new_mean", "new_var", "y_mean", "y_inv_std"],
        domain="com.microsoft",
        **{"epsilon": EPSILON, **attributes},
    )
