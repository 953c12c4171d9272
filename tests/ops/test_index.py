"""IndexPack and MaxPoolIndexGrad: native equals NumPy, and a slow account of the pool."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from held_values import ALL_TYPES, tensor
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Array, assert_same_bits
from one_node import Feeds, OneNode
from onnx import TensorProto
from pools import NO_MAXIMUM, Pool, indices_of, pools, random_codes, scatter

from bitgraph.codecs import Index, decode
from bitgraph.domain import INDEX_PACK, MAX_POOL_INDEX_GRAD

TYPES = [TensorProto.FLOAT, TensorProto.DOUBLE]
SEEDS = st.integers(0, 2**32 - 1)

# A 3x3 pool of stride 2 with pads, over planes whose sums do not fit one task of the thread pool.
LARGE = Pool(2, 5, (65, 67), (3, 3), (2, 2), (1, 1, 1, 1), (1, 1))
SMALL = Pool(1, 2, (4, 5), (2, 3), (2, 1), (0, 1, 0, 1), (1, 1))


def index_pack(pool: Pool) -> OneNode:
    return OneNode(INDEX_PACK, ("y", "indices"), (None, TensorProto.UINT8), pool.attributes)


def index_grad(pool: Pool) -> OneNode:
    return OneNode(MAX_POOL_INDEX_GRAD, ("dy", "held"), (None,), pool.attributes)


def holds(pool: Pool, codes: Array, dy: Array, code: int) -> None:
    """Pack the indices that the codes mean, get the codes, and scatter a gradient with them."""
    indices = indices_of(pool, codes)
    y, held = index_pack(pool).agrees({"y": dy, "indices": indices})
    assert_same_bits(y, dy)
    np.testing.assert_array_equal(held, Index().encode(codes, code))
    (dx,) = index_grad(pool).agrees({"dy": dy, "held": held})
    assert_same_bits(dx, scatter(pool, indices, dy))


@given(pools(), st.sampled_from(TYPES), SEEDS)
@settings(max_examples=80)
def test_agrees(pool: Pool, code: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    dy = tensor(rng, code, pool.output_dims, 0.9, 0.3)
    holds(pool, random_codes(pool, rng, none=0.0), dy, code)


@given(pools(), SEEDS)
@settings(max_examples=40)
def test_windows_without_a_maximum(pool: Pool, seed: int) -> None:
    """They count in the plane before their own, and before the first plane nowhere."""
    rng = np.random.default_rng(seed)
    dy = tensor(rng, TensorProto.FLOAT, pool.output_dims, 0.9, 0.1)
    holds(pool, random_codes(pool, rng, none=0.4), dy, TensorProto.FLOAT)


@pytest.mark.parametrize("code", TYPES)
@pytest.mark.parametrize("none", [0.0, 0.2])
def test_many_planes(code: int, none: float) -> None:
    rng = np.random.default_rng(9)
    pool = dataclasses.replace(LARGE, batch=7)
    dy = tensor(rng, code, pool.output_dims, 1.0, 0.05)
    holds(pool, random_codes(pool, rng, none=none), dy, code)


@pytest.mark.parametrize("code", ALL_TYPES)
def test_pack_beside_every_type(code: int) -> None:
    rng = np.random.default_rng(code)
    y, codes = tensor(rng, code, SMALL.output_dims), random_codes(SMALL, rng, none=0.1)
    passed, held = index_pack(SMALL).agrees({"y": y, "indices": indices_of(SMALL, codes)})
    assert_same_bits(passed, y)
    np.testing.assert_array_equal(held, Index().encode(codes, code))


def test_a_kernel_of_255_elements() -> None:
    pool = Pool(1, 2, (17, 30), (15, 17), (2, 13), (0, 0, 0, 0), (1, 1))
    codes = np.full(pool.output_dims, 254, np.uint8)
    holds(pool, codes, tensor(np.random.default_rng(1), 1, pool.output_dims), TensorProto.FLOAT)


@pytest.mark.parametrize("node_of", [index_pack, index_grad])
def test_a_kernel_of_256_elements_is_refused(node_of: Callable[[Pool], OneNode]) -> None:
    pool = Pool(1, 1, (16, 16), (16, 16), (1, 1), (0, 0, 0, 0), (1, 1))
    values = np.zeros(pool.output_dims, np.float32)
    feeds: Feeds = {
        "y": values,
        "indices": np.zeros(pool.output_dims, np.int64),
        "dy": values,
        "held": Index().encode(values, TensorProto.FLOAT),
    }
    node = node_of(pool)
    text = node.refusal({name: feeds[name] for name in node.inputs})
    assert "255" in text


@pytest.mark.parametrize("wrong", [-1, 20, 40, 3, 2**63 - 1, -(2**63)], ids=str)
def test_pack_refuses_an_index_outside_its_window(wrong: int) -> None:
    indices = indices_of(SMALL, np.full(SMALL.output_dims, 1, np.uint8))
    indices[0, 0, 0, 0] = wrong
    index_pack(SMALL).refusal({"y": np.zeros(SMALL.output_dims, np.float32), "indices": indices})


@pytest.mark.parametrize(
    ("what", "code"), [("past the kernel", 6), ("far past", NO_MAXIMUM - 1), ("in the padding", 0)]
)
def test_grad_refuses_a_code(what: str, code: int) -> None:
    codes = np.full(SMALL.output_dims, 1, np.uint8)
    codes[0, 1, 1, 0] = code
    held = Index().encode(codes, TensorProto.FLOAT)
    index_grad(SMALL).refusal({"dy": np.zeros(SMALL.output_dims, np.float32), "held": held})
    assert decode(held)[0, 1, 1, 0] == code, what


@pytest.mark.parametrize("dims", [(1, 2, 4, 2), (2, 2, 2, 2), (1, 2, 8), (16,)], ids=str)
def test_grad_refuses_other_dims(dims: tuple[int, ...]) -> None:
    held = Index().encode(np.full(SMALL.output_dims, 1, np.uint8), TensorProto.FLOAT)
    index_grad(SMALL).refusal({"dy": np.zeros(dims, np.float32), "held": held})


def test_grad_refuses_another_type() -> None:
    held = Index().encode(np.full(SMALL.output_dims, 1, np.uint8), TensorProto.DOUBLE)
    index_grad(SMALL).refusal({"dy": np.zeros(SMALL.output_dims, np.float32), "held": held})


@pytest.mark.parametrize("dims", [(1, 2, 4, 2), (1, 2, 8), (16,)], ids=str)
def test_pack_refuses_other_dims(dims: tuple[int, ...]) -> None:
    indices = indices_of(SMALL, np.full(SMALL.output_dims, 1, np.uint8))
    index_pack(SMALL).refusal({"y": np.zeros(dims, np.float32), "indices": indices})
    index_pack(SMALL).refusal(
        {"y": np.zeros((1, 2, 8), np.float32), "indices": np.zeros((1, 2, 8), np.int64)}
    )


@pytest.mark.parametrize("name", ["strides", "storage_order"])
def test_all_attributes_are_needed(name: str) -> None:
    attributes = {key: value for key, value in SMALL.attributes.items() if key != name}
    node = OneNode(MAX_POOL_INDEX_GRAD, ("dy", "held"), (None,), attributes)
    feeds: Feeds = {
        "dy": np.zeros(SMALL.output_dims, np.float32),
        "held": Index().encode(np.full(SMALL.output_dims, 1, np.uint8), TensorProto.FLOAT),
    }
    for run in (node.native, node.reference):
        with pytest.raises(Exception, match=f"{MAX_POOL_INDEX_GRAD}.*{name}"):
            run(feeds)
