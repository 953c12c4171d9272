"""Our gradients give the bits of ONNX Runtime's own: ReluGrad, a product with 0/1, MaxPoolGrad."""

import numpy as np
import onnx
from held_values import SPECIAL_BITS, tensors
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Array, assert_same_bits
from one_node import model_of, run
from onnx import TensorProto, helper
from pools import Pool, pools
from training_kernels import needs_training

from bitgraph.domain import DOMAIN, INDEX_PACK, MASK_GRAD, MASK_PACK, MAX_POOL_INDEX_GRAD

FLOAT, DOUBLE = TensorProto.FLOAT, TensorProto.DOUBLE


def both(nodes: list[onnx.NodeProto], feeds: dict[str, Array], code: int) -> tuple[Array, Array]:
    """Run nodes that end in 'stock' and 'ours', with one thread and with two."""
    model = model_of(nodes, feeds, {"stock": code, "ours": code}, own_domain=True)
    stock, ours = run(model, feeds, threads=1)
    for again in run(model, feeds, threads=2):
        assert_same_bits(again, stock)
    return stock, ours


def pairs_of_special_values() -> tuple[Array, Array]:
    special = np.array(SPECIAL_BITS[FLOAT], np.uint32).view(np.float32)
    first, second = np.meshgrid(special, special, indexing="ij")
    return first.reshape(-1).copy(), second.reshape(-1).copy()


def relu_grad(x: Array, dy: Array) -> None:
    nodes = [
        helper.make_node("ReluGrad", ["dy", "x"], ["stock"], domain="com.microsoft"),
        helper.make_node(MASK_PACK, ["x"], ["y", "held"], domain=DOMAIN, predicate="positive"),
        helper.make_node(MASK_GRAD, ["dy", "held"], ["ours"], domain=DOMAIN, mode="select"),
    ]
    assert_same_bits(*both(nodes, {"x": x, "dy": dy}, FLOAT))


def clip_grad(x: Array, dy: Array, code: int, bounds: tuple[float, float]) -> None:
    low, high = (np.array(bound, x.dtype) for bound in bounds)
    nodes = [
        helper.make_node("GreaterOrEqual", ["x", "low"], ["above"]),
        helper.make_node("LessOrEqual", ["x", "high"], ["below"]),
        helper.make_node("And", ["above", "below"], ["inside"]),
        helper.make_node("Cast", ["inside"], ["factor"], to=code),
        helper.make_node("Mul", ["dy", "factor"], ["stock"]),
        helper.make_node(MASK_PACK, ["x", "low", "high"], ["y", "held"], domain=DOMAIN, predicate="within"),
        helper.make_node(MASK_GRAD, ["dy", "held"], ["ours"], domain=DOMAIN, mode="multiply"),
    ]
    assert_same_bits(*both(nodes, {"x": x, "dy": dy, "low": low, "high": high}, code))


@needs_training
def test_relu_grad_of_special_values() -> None:
    relu_grad(*pairs_of_special_values())


@needs_training
@given(tensors(types=[FLOAT]), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_relu_grad(drawn: tuple[Array, int], seed: int) -> None:
    x, _ = drawn
    relu_grad(x, np.random.default_rng(seed).permutation(x.reshape(-1)).reshape(x.shape))


def test_clip_grad_of_special_values() -> None:
    x, dy = pairs_of_special_values()
    clip_grad(x, dy, FLOAT, (0.0, 6.0))


@given(tensors(types=[FLOAT, DOUBLE]), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_clip_grad(drawn: tuple[Array, int], seed: int) -> None:
    x, code = drawn
    dy = np.random.default_rng(seed).permutation(x.reshape(-1)).reshape(x.shape)
    clip_grad(x, dy, code, (-1.0, 2.0))


@needs_training
@given(pools(empty=False), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3]))
@settings(max_examples=60, deadline=None)
def test_max_pool_grad(pool: Pool, seed: int, negative_infinity: float) -> None:
    rng = np.random.default_rng(seed)
    # Few different values, so that windows hold their maximum more than once.
    x = rng.integers(-3, 4, pool.input_dims).astype(np.float32)
    lowest = rng.random(x.shape) < negative_infinity
    # The first plane always has a maximum: stock MaxPoolGrad writes in front of dX if it has none.
    lowest[0, 0] = False
    x[lowest] = rng.choice(np.array([np.nan, -np.inf], np.float32))
    dy = rng.standard_normal(pool.output_dims).astype(np.float32)
    max_pool_grad(pool, x, dy)


@needs_training
def test_max_pool_grad_of_planes_without_a_maximum() -> None:
    pool = Pool(2, 3, (6, 7), (2, 2), (2, 2), (0, 0, 0, 0), (1, 1))
    x = np.full(pool.input_dims, np.nan, np.float32)
    x[0, 0] = 1
    max_pool_grad(pool, x, np.arange(54, dtype=np.float32).reshape(pool.output_dims))


def max_pool_grad(pool: Pool, x: Array, dy: Array) -> None:
    nodes = [
        helper.make_node("MaxPool", ["x"], ["pooled", "indices"], **pool.onnx_attributes),
        helper.make_node("MaxPoolGrad", ["dy", "indices"], ["stock"], **pool.onnx_attributes),
        helper.make_node(INDEX_PACK, ["pooled", "indices"], ["y", "held"], domain=DOMAIN, **pool.attributes),
        helper.make_node(MAX_POOL_INDEX_GRAD, ["dy", "held"], ["ours"], domain=DOMAIN, **pool.attributes),
    ]
    feeds = {"x": x, "dy": dy}
    model = model_of(nodes, feeds, {"ours": FLOAT, "stock": FLOAT}, own_domain=True)
    # Stock MaxPoolGrad takes the shape of dX from the graph.
    for axis, dim in enumerate(pool.input_dims):
        shape = model.graph.output[1].type.tensor_type.shape
        (shape.dim.add() if axis >= len(shape.dim) else shape.dim[axis]).dim_value = dim
    ours, stock = run(model, feeds)
    assert_same_bits(ours, stock)
    assert_same_bits(run(model, feeds, threads=2)[0], ours)
