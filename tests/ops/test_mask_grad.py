"""MaskGrad: native equals NumPy."""

import numpy as np
import pytest
from held_values import FLOAT_TYPES, SPECIAL_BITS, tensor, tensors
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Array, assert_same_bits
from one_node import Feeds, OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import BLOCK, Bits, bit_pattern
from bitgraph.codecs.element_types import NUMPY_TYPES
from bitgraph.domain import DOMAIN, MASK_GRAD

MODES = st.sampled_from(["select", "where", "multiply"])


def mask_grad(mode: str) -> OneNode:
    return OneNode(MASK_GRAD, ("dy", "held"), (None,), {"mode": mode})


def random_mask(shape: tuple[int, ...], seed: int) -> Array:
    return tensor(np.random.default_rng(seed), TensorProto.BOOL, shape)


@given(tensors(types=FLOAT_TYPES), MODES, st.integers(0, 2**32 - 1))
@settings(max_examples=120)
def test_agrees(drawn: tuple[Array, int], mode: str, seed: int) -> None:
    dy, code = drawn
    mask = random_mask(dy.shape, seed)
    (dx,) = mask_grad(mode).agrees({"dy": dy, "held": Bits().encode(mask, code)})
    assert dx.shape == dy.shape
    passed = bit_pattern(dx)[mask.reshape(-1)]
    if mode == "select":
        mask_grad(mode).agrees({"dy": dy, "held": Bits().encode(mask, TensorProto.BOOL)})
        np.testing.assert_array_equal(passed, bit_pattern(dy)[mask.reshape(-1)])
        assert not bit_pattern(dx)[~mask.reshape(-1)].any()


@pytest.mark.parametrize("code", FLOAT_TYPES)
@pytest.mark.parametrize("mode", ["select", "where", "multiply"])
@pytest.mark.parametrize("bit", [False, True])
def test_special_values(code: int, mode: str, bit: bool) -> None:
    dtype = NUMPY_TYPES[code]
    dy = np.array(SPECIAL_BITS[code] * 3, f"u{dtype.itemsize}").view(dtype)
    held = Bits().encode(np.full(dy.shape, bit), code)
    mask_grad(mode).agrees({"dy": dy, "held": held})


@pytest.mark.parametrize("mode", ["select", "multiply"])
@pytest.mark.parametrize("code", FLOAT_TYPES)
def test_several_blocks(mode: str, code: int) -> None:
    dy = tensor(np.random.default_rng(6), code, (3, 5 * BLOCK + 13), 0.9, 0.1)
    mask_grad(mode).agrees({"dy": dy, "held": Bits().encode(random_mask(dy.shape, 1), code)})


def test_shape_is_that_of_dy() -> None:
    dy = np.arange(12, dtype=np.float32).reshape(3, 4)
    held = Bits().encode(np.ones((2, 6), np.bool_), TensorProto.FLOAT)
    (dx,) = mask_grad("select").agrees({"dy": dy, "held": held})
    assert_same_bits(dx, dy)


@pytest.mark.parametrize("mode", ["select", "multiply"])
def test_inside_a_graph(mode: str) -> None:
    """Between other nodes, where the gradient may be written over its input."""
    dy = np.random.default_rng(8).standard_normal((64, 33)).astype(np.float32)
    mask = random_mask(dy.shape, 2)
    nodes = [
        helper.make_node("Neg", ["dy"], ["negated"]),
        helper.make_node(MASK_GRAD, ["negated", "held"], ["dx"], domain=DOMAIN, mode=mode),
        helper.make_node("Neg", ["dx"], ["result"]),
    ]
    feeds: Feeds = {"dy": dy, "held": Bits().encode(mask, TensorProto.FLOAT)}
    model = model_of(nodes, feeds, {"result": TensorProto.FLOAT}, own_domain=True)
    (result,) = run(model, feeds)
    expected = -(-dy * mask) if mode == "multiply" else -np.where(mask, -dy, np.float32(0))
    assert_same_bits(result, expected)


def test_refuses_another_number_of_elements() -> None:
    held = Bits().encode(np.ones(6, np.bool_), TensorProto.FLOAT)
    text = mask_grad("select").refusal({"dy": np.zeros(5, np.float32), "held": held})
    assert "6" in text
    assert "5" in text


def test_refuses_a_mask_of_another_type() -> None:
    held = Bits().encode(np.ones(5, np.bool_), TensorProto.DOUBLE)
    mask_grad("multiply").refusal({"dy": np.zeros(5, np.float32), "held": held})


@pytest.mark.parametrize("code", [TensorProto.UINT8, TensorProto.INT32])
@pytest.mark.parametrize("mode", ["select", "multiply"])
def test_refuses_integers(code: int, mode: str) -> None:
    node = mask_grad(mode)
    feeds: Feeds = {"dy": np.zeros(5, NUMPY_TYPES[code]), "held": Bits().encode(np.ones(5, np.bool_), code)}
    for run_node in (node.native, node.reference):
        with pytest.raises(Exception, match=f"{MASK_GRAD}.*floating-point"):
            run_node(feeds)


def test_refuses_another_mode() -> None:
    held = Bits().encode(np.ones(5, np.bool_), TensorProto.FLOAT)
    node = mask_grad("divide")
    feeds: Feeds = {"dy": np.zeros(5, np.float32), "held": held}
    for run_node in (node.native, node.reference):
        with pytest.raises(Exception, match=f"{MASK_GRAD}.*divide"):
            run_node(feeds)


@pytest.mark.parametrize("mode", ["select", "where"])
def test_is_what_where_gives(mode: str) -> None:
    """Of two zeros the runtime's Where takes the second, so the modes differ at -0."""
    dy = np.array(SPECIAL_BITS[TensorProto.FLOAT] * 3, np.uint32).view(np.float32)
    mask = random_mask(dy.shape, 3)
    inputs = ["mask", "dy", "zero"] if mode == "where" else ["mask", "zero", "dy"]
    nodes = [
        helper.make_node("Where", inputs, ["expected"]),
        helper.make_node(MASK_GRAD, ["dy", "held"], ["dx"], domain=DOMAIN, mode=mode),
    ]
    held = Bits().encode(mask if mode == "where" else ~mask, TensorProto.BOOL)
    feeds: Feeds = {"dy": dy, "held": held, "mask": mask, "zero": np.zeros(1, np.float32)}
    model = model_of(nodes, feeds, {"expected": TensorProto.FLOAT, "dx": TensorProto.FLOAT}, own_domain=True)
    expected, dx = run(model, feeds)
    assert_same_bits(dx, expected)
