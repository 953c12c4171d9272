"""MulInPlace: native equals NumPy, and both equal the runtime's Mul."""

import numpy as np
import pytest
from held_values import SPECIAL_BITS
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_same_bits
from one_node import Feeds, OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.domain import DOMAIN, MUL_IN_PLACE

MUL = OneNode(MUL_IN_PLACE, ("x", "factor"), (None,))


@st.composite
def spreads(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Dims of X, and those of a factor that can be spread over it."""
    dims = tuple(draw(st.lists(st.integers(1, 5), max_size=5)))
    kept = [draw(st.sampled_from([1, dim])) for dim in dims]
    return dims, tuple(kept[draw(st.integers(0, len(dims))) :])


def check(dims: tuple[int, ...], factor_dims: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    special = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)
    x = np.where(rng.random(dims) < 0.2, rng.choice(special, dims), rng.standard_normal(dims, np.float32))
    factor = np.where(rng.random(factor_dims) < 0.3, 0.0, rng.standard_normal(factor_dims))
    feeds: Feeds = {"x": np.asarray(x, np.float32), "factor": np.asarray(factor, np.float32)}
    nodes = [
        helper.make_node("Mul", ["x", "factor"], ["stock"]),
        helper.make_node("Neg", ["x"], ["negated"]),
        helper.make_node("Neg", ["negated"], ["own"]),
        helper.make_node(MUL_IN_PLACE, ["own", "factor"], ["ours"], domain=DOMAIN),
    ]
    model = model_of(nodes, feeds, {"stock": TensorProto.FLOAT, "ours": TensorProto.FLOAT}, own_domain=True)
    stock, ours = run(model, feeds)
    assert_same_bits(ours, stock)
    (agreed,) = MUL.agrees(feeds)
    assert_same_bits(agreed, stock)


@given(spreads(), st.integers(0, 2**32 - 1))
@settings(max_examples=80)
def test_agrees(drawn: tuple[tuple[int, ...], tuple[int, ...]], seed: int) -> None:
    check(*drawn, seed)


@pytest.mark.parametrize(
    ("dims", "factor_dims"),
    [
        ((3, 70000), (70000,)),
        ((70000, 3), (3,)),
        ((3, 2, 40000), (2, 1)),
        ((2, 3, 5, 700), (3, 1, 700)),
        ((0, 3), (3,)),
        ((4, 0), (4, 1)),
        ((), ()),
    ],
)
def test_several_tasks_and_none(dims: tuple[int, ...], factor_dims: tuple[int, ...]) -> None:
    check(dims, factor_dims, 1)


@pytest.mark.parametrize("factor_dims", [(2,), (1, 1, 1, 4), (3, 4, 4), (4, 3)])
def test_refuses_what_cannot_be_spread(factor_dims: tuple[int, ...]) -> None:
    feeds: Feeds = {"x": np.ones((3, 4), np.float32), "factor": np.ones(factor_dims, np.float32)}
    assert "spread" in MUL.refusal(feeds)
