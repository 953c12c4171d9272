"""Inputs of the gradient of layer normalization, and the runtime's own beside ours."""

import numpy as np
import numpy.typing as npt
from one_node import Feeds, model_of, run
from onnx import TensorProto, helper

from bitgraph.domain import DOMAIN, LAYER_NORM_GRAD

Floats = npt.NDArray[np.float32]

INPUTS = ("dy", "x", "scale", "mean", "inv_std")

# Rows that begin at every alignment, from one row to several fours and each number left over; (shape, axis).
SHAPES = [
    *(((rows, 5), 1) for rows in range(1, 12)),
    *(((5, width), -1) for width in range(2, 42)),
    *(((2, 3, 64), 2), ((4, 3, 5, 7), 2), ((7, 256), -1), ((3, 19, 255), -1), ((33, 129), 1)),
]


def inputs(shape: tuple[int, ...], axis: int, seed: int = 0) -> dict[str, Floats]:
    """Return what the gradient reads; the numbers kept need not be those of x."""
    rng = np.random.default_rng(seed)
    first = axis % len(shape)
    column = (*shape[:first], *[1] * (len(shape) - first))
    return {
        "dy": rng.standard_normal(shape, np.float32),
        "x": rng.standard_normal(shape, np.float32) * 2 + 1,
        "scale": rng.standard_normal(shape[first:], np.float32),
        "mean": rng.standard_normal(column, np.float32),
        "inv_std": np.abs(rng.standard_normal(column, np.float32)),
    }


def stock_and_ours(
    feeds: Feeds, axis: int, *, threads: int = 1, in_place: bool = False
) -> tuple[list[Floats], list[Floats]]:
    """Run the runtime's gradient and ours beside it; with ``in_place`` ours may write dX over dY."""
    stock = ["stock_x", "stock_scale", "stock_bias"]
    ours = ["own_x", "own_scale", "own_bias"]
    nodes = [
        helper.make_node("LayerNormalizationGrad", INPUTS, stock, domain="com.microsoft", axis=axis),
        helper.make_node(LAYER_NORM_GRAD, INPUTS, ours, domain=DOMAIN, axis=axis),
    ]
    if in_place:
        # Of known shape and with one reader each: only then does the runtime share their memory.
        nodes[1].input[0], nodes[1].output[0] = "own_dy", "own_dx"
        nodes.insert(1, helper.make_node("Neg", ["minus_dy"], ["own_dy"]))
        nodes.insert(1, helper.make_node("Neg", ["dy"], ["minus_dy"]))
        nodes.append(helper.make_node("Neg", ["own_dx"], ["minus_dx"]))
        nodes.append(helper.make_node("Neg", ["minus_dx"], ["own_x"]))
    model = model_of(nodes, feeds, dict.fromkeys([*stock, *ours], TensorProto.FLOAT), own_domain=True)
    for name in ("own_dy", "own_dx") if in_place else ():
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, feeds["x"].shape)
        model.graph.value_info.append(info)
    found = run(model, feeds, threads)
    return found[:3], found[3:]
