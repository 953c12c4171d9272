"""Dropout and its gradient: the runtime's own, and ours."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from held_values import SPECIAL_BITS
from one_node import model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import Bits
from bitgraph.domain import BITS_UNPACK, DOMAIN, DROPOUT_BITS_GRAD, DROPOUT_PACK

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]

SPECIALS: Floats = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)
_RUNS = 3


def stock_and_ours(
    shape: tuple[int, ...], ratio: float, seed: int | None, *, begin: int, threads: int
) -> tuple[list[Array], list[Array]]:
    """Return output and mask of three tensors in turn, by the runtime's node and by ours.

    Args:
        shape: Of the tensors.
        ratio: Of what is dropped.
        seed: The nodes' own; None for that of the process, which then begins at ``begin``. A seeded node
            goes on from one run of its session to the next.
        begin: The seed of the process, and something for each call to differ in.
        threads: Of the session.
    """
    x = _spoiled(shape, begin)
    attributes = {} if seed is None else {"seed": seed + begin}
    stock, ours = [], []
    for node, extra, results in (
        (helper.make_node("Dropout", ["x", "ratio", "training"], ["y", "mask"], **attributes), [], stock),
        (
            helper.make_node(DROPOUT_PACK, ["x"], ["y", "held"], domain=DOMAIN, ratio=ratio, **attributes),
            [helper.make_node(BITS_UNPACK, ["held", "x"], ["mask"], domain=DOMAIN)],
            ours,
        ),
    ):
        nodes = [*_constants(ratio), node, *extra]
        model = model_of(nodes, {"x": x}, {"y": TensorProto.FLOAT, "mask": TensorProto.BOOL}, own_domain=True)
        model.graph.name = f"{begin} {threads}"  # So that the session is a new one.
        onnxruntime.set_seed(begin)
        for _ in range(_RUNS):
            results.extend(run(model, {"x": x}, threads))
    return stock, ours


def stock_and_our_gradients(
    feeds: dict[str, Array], ratio: float, *, in_place: bool
) -> tuple[Floats, Floats]:
    """Run DropoutGrad, and ours on the bits; with ``in_place`` ours may write dX over dY."""
    used = {**feeds, "held": bits_of(feeds["kept"])}
    stock = helper.make_node(
        "DropoutGrad", ["dy", "kept", "ratio", "training"], ["stock"], domain="com.microsoft"
    )
    ours = helper.make_node(DROPOUT_BITS_GRAD, ["dy", "held"], ["ours"], domain=DOMAIN, ratio=ratio)
    nodes = [*_constants(ratio), stock, ours]
    if in_place:
        # Of known shape and with one reader each: only then does the runtime share their memory.
        ours.input[0], ours.output[0] = "own_dy", "own_dx"
        nodes.insert(-1, helper.make_node("Mul", ["dy", "one"], ["own_dy"]))
        nodes.append(helper.make_node("Mul", ["own_dx", "one"], ["ours"]))
        nodes.insert(0, helper.make_node("Constant", [], ["one"], value_float=1.0))
    model = model_of(nodes, used, dict.fromkeys(["stock", "ours"], TensorProto.FLOAT), own_domain=True)
    for name in ("own_dy", "own_dx") if in_place else ():
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, feeds["dy"].shape)
        model.graph.value_info.append(info)
    expected, found = run(model, used)
    return expected, found


def gradient_feeds(shape: tuple[int, ...], seed: int) -> dict[str, Array]:
    """Return a gradient with special values, and what was kept."""
    return {"dy": _spoiled(shape, seed), "kept": np.random.default_rng(seed).random(shape) < 0.7}


def bits_of(kept: npt.NDArray[np.bool_]) -> Array:
    """Return the held form of a mask."""
    return Bits().encode(kept, TensorProto.BOOL)


def _spoiled(shape: tuple[int, ...], seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape, np.float32)
    return np.where(rng.random(shape) < 0.05, rng.choice(SPECIALS, shape), x)


def _constants(ratio: float) -> list[Any]:
    true = helper.make_tensor("true", TensorProto.BOOL, [], [True])
    return [
        helper.make_node("Constant", [], ["training"], value=true),
        helper.make_node("Constant", [], ["ratio"], value_float=ratio),
    ]
