"""Operators of the runtime, and RunInPlace of the same beside them."""

import numpy as np
import numpy.typing as npt
from one_node import Feeds, model_of, run
from onnx import TensorProto, helper

from bitgraph.domain import DOMAIN, IN_PLACE_RUNS, RUN_IN_PLACE

Floats = npt.NDArray[np.float32]

OPS = sorted(IN_PLACE_RUNS)

SHAPES = [*((count,) for count in range(1, 20)), (11, 39), (2, 3, 5, 17), (3, 1000), (40, 1111)]
"""Lengths that leave elements over from vectors of any length, rows at every alignment, and several tasks."""


def names_of(op: str) -> tuple[str, ...]:
    """Return the names of the inputs of ``op``."""
    return ("a", "b", "bias") if op.startswith("Bias") else ("a", "b")


def inputs(op: str, shape: tuple[int, ...], seed: int = 0) -> dict[str, Floats]:
    """Return random inputs of ``op``."""
    rng = np.random.default_rng(seed)
    feeds = {"a": rng.standard_normal(shape, np.float32), "b": rng.standard_normal(shape, np.float32) * 3}
    if op.startswith("Bias"):
        feeds["bias"] = rng.standard_normal(shape[-1:], np.float32)
    return feeds


def stock_and_ours(
    op: str, feeds: Feeds, *, threads: int = 1, in_place: bool = False, swapped: bool = False
) -> list[Floats]:
    """Run the runtime's operator and ours beside it; with ``in_place`` ours may write over its input."""
    names = names_of(op)
    first, *others = names
    axis = {"axis": -1} if "Softmax" in op else {}
    own_domain = "" if op == "Add" else "com.microsoft"
    ours = {"op": op, "swapped": 1} if swapped else {"op": op}
    stock_names = names[::-1] if swapped else names
    nodes = [helper.make_node(op, stock_names, ["stock"], domain=own_domain, **axis)]
    source, result = ("own_a", "own_c") if in_place else (first, "ours")
    if in_place:
        # Of known shape and with one reader each: only then does the runtime share their memory.
        nodes.append(helper.make_node("Neg", [first], ["minus_a"]))
        nodes.append(helper.make_node("Neg", ["minus_a"], [source]))
    nodes.append(helper.make_node(RUN_IN_PLACE, [source, *others], [result], domain=DOMAIN, **ours))
    if in_place:
        nodes.append(helper.make_node("Neg", [result], ["minus_c"]))
        nodes.append(helper.make_node("Neg", ["minus_c"], ["ours"]))
    model = model_of(nodes, feeds, dict.fromkeys(["stock", "ours"], TensorProto.FLOAT), own_domain=True)
    for name in (source, result) if in_place else ():
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, feeds["a"].shape)
        model.graph.value_info.append(info)
    return run(model, feeds, threads)
