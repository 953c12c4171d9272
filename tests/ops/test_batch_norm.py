"""BatchNormRecompute and BatchNormMaskGrad: native equals NumPy, and says what does not fit."""

import numpy as np
import pytest
from batch_norms import (
    ACTIVATIONS,
    EPSILON,
    GRADIENTS,
    KEPT,
    NONE,
    RELU,
    SHAPES,
    Activation,
    Floats,
    inputs,
    sprinkled,
)
from laws import assert_same_bits
from one_node import OneNode, model_of, run
from onnx import TensorProto, helper

from bitgraph.codecs import Bits
from bitgraph.domain import BATCH_NORM_GRAD, BATCH_NORM_MASK_GRAD, BATCH_NORM_RECOMPUTE, MASK_GRAD

ORDER = ("x", "scale", "mean", "inv_std")
MEANINGS = [(activation, False) for activation in ACTIVATIONS] + [(gradient, True) for gradient in GRADIENTS]


def node_of(activation: Activation, gradient: bool) -> OneNode:
    made = activation.mask_grad() if gradient else activation.recompute()
    attributes = {a.name: helper.get_attribute_value(a) for a in made.attribute}
    if gradient:
        return OneNode(BATCH_NORM_MASK_GRAD, ("dy", *KEPT), (None,), attributes)
    return OneNode(BATCH_NORM_RECOMPUTE, (*KEPT, "trigger"), (None,), attributes)


def grad_of(activation: Activation) -> OneNode:
    attributes = {a.name: helper.get_attribute_value(a) for a in activation.grad().attribute}
    last = () if activation is NONE else ("bias",)
    return OneNode(BATCH_NORM_GRAD, ("dy", *ORDER, *last), (None, None, None), attributes)


def grad_feeds(activation: Activation, feeds: dict[str, Floats]) -> dict[str, Floats]:
    return {name: feeds[name] for name in grad_of(activation).inputs}


def feeds_of(shape: tuple[int, ...], gradient: bool, seed: int = 0, share: float = 0.0) -> dict[str, Floats]:
    drawn = inputs(shape, seed)
    rng = np.random.default_rng(seed)
    vectors = {
        "mean": rng.standard_normal(shape[1:2], np.float32),
        "inv_std": np.abs(rng.standard_normal(shape[1:2], np.float32)),
    }
    feeds = {name: {**drawn, **vectors}[name] for name in (*KEPT, "dy")}
    feeds = {name: sprinkled(rng, feed, share) for name, feed in feeds.items()}
    if not gradient:
        feeds["trigger"] = feeds.pop("dy").astype(np.float16)
    return feeds


@pytest.mark.parametrize("shape", SHAPES)
def test_agrees(shape: tuple[int, ...]) -> None:
    for activation, gradient in MEANINGS:
        node_of(activation, gradient).agrees(feeds_of(shape, gradient, seed=len(shape)))


@pytest.mark.parametrize("shape", [*SHAPES, (2, 3, 3, 3), (3, 4, 19), (2, 70, 6)])
def test_gradient_agrees(shape: tuple[int, ...]) -> None:
    for activation in ACTIVATIONS:
        feeds = feeds_of(shape, gradient=True, seed=len(shape))
        grad_of(activation).agrees(grad_feeds(activation, feeds))


@pytest.mark.parametrize("seed", range(20))
def test_special_values(seed: int) -> None:
    for activation, gradient in MEANINGS:
        node_of(activation, gradient).agrees(feeds_of((3, 11, 5, 3), gradient, seed, share=0.2))


@pytest.mark.parametrize("shape", [(0, 3, 4), (2, 0, 4), (2, 3, 0), (0, 0)])
def test_nothing(shape: tuple[int, ...]) -> None:
    for activation, gradient in ((RELU, False), (RELU, True)):
        (found,) = node_of(activation, gradient).agrees(feeds_of(shape, gradient))
        assert found.shape == shape
    for activation in (NONE, RELU):
        found = grad_of(activation).agrees(grad_feeds(activation, feeds_of(shape, gradient=True)))
        assert [result.shape for result in found] == [shape, shape[1:2], shape[1:2]]
        assert not found[1].any()


def test_gradient_written_over_its_input() -> None:
    """Between other nodes of known shapes, with and without a later reader of dY."""
    feeds = grad_feeds(RELU, feeds_of((4, 6, 9, 11), gradient=True, seed=9))
    expected, _, _ = grad_of(RELU).native(feeds)
    for kept in (False, True):
        gradient = RELU.grad()
        del gradient.input[:]
        gradient.input.extend(["twice", *ORDER, "bias"])
        nodes = [
            helper.make_node("Add", ["dy", "dy"], ["twice"]),
            helper.make_node("Identity" if kept else "Neg", ["twice" if kept else "dy"], ["other"]),
            gradient,
            helper.make_node("Add", ["ours", "other"], ["result"]),
        ]
        model = model_of(nodes, feeds, {"result": TensorProto.FLOAT}, own_domain=True)
        for name in ("twice", "ours"):
            model.graph.value_info.append(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, (4, 6, 9, 11))
            )
        (result,) = run(model, feeds)
        # Twice dY gives exactly twice dX.
        assert_same_bits(result, 2 * expected + (2 if kept else -1) * feeds["dy"])


def test_gradient_refuses_to_mask_without_bias() -> None:
    node = grad_of(RELU)
    feeds = feeds_of((2, 5, 3), gradient=True)
    without = OneNode(node.op, node.inputs[:-1], node.outputs, node.attributes)
    text = without.refusal({name: feeds[name] for name in without.inputs})
    assert "bias" in text


@pytest.mark.parametrize("name", ["scale", "mean", "inv_std", "bias", "dy"])
def test_gradient_refuses_what_does_not_fit(name: str) -> None:
    feeds = grad_feeds(RELU, feeds_of((2, 5, 3), gradient=True))
    grad_of(RELU).refusal({**feeds, name: feeds[name][:-1]})


@pytest.mark.parametrize("activation", GRADIENTS)
def test_is_the_gradient_of_the_recomputed_mask(activation: Activation) -> None:
    feeds = feeds_of((4, 9, 6, 7), gradient=True, seed=3, share=0.05)
    plain = {**{name: feeds[name] for name in KEPT}, "trigger": feeds["dy"]}
    (y,) = node_of(NONE, gradient=False).native(plain)
    low, high = (-np.inf if activation.low is None else activation.low), activation.high
    relu = activation.name == "relu"
    mask = y > 0 if relu else (y >= np.float32(low)) & (y <= np.float32(np.inf if high is None else high))
    by_mask = OneNode(MASK_GRAD, ("dy", "held"), (None,), {"mode": "select" if relu else "multiply"})
    (expected,) = by_mask.native({"dy": feeds["dy"], "held": Bits().encode(mask, TensorProto.FLOAT)})
    assert_same_bits(node_of(activation, gradient=True).native(feeds)[0], expected)


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("name", ["scale", "bias", "mean", "inv_std"])
def test_refuses_another_number_of_channels(name: str, gradient: bool) -> None:
    feeds = feeds_of((2, 5, 3), gradient)
    for wrong in (feeds[name][:-1], np.tile(feeds[name], 2), feeds[name].reshape(1, 5)):
        text = node_of(RELU, gradient).refusal({**feeds, name: wrong})
        assert name in text
        assert "5 channels" in text


@pytest.mark.parametrize("gradient", [False, True])
def test_refuses_a_vector(gradient: bool) -> None:
    feeds = feeds_of((2, 5), gradient)
    text = node_of(RELU, gradient).refusal({**feeds, "x": np.ones(5, np.float32)})
    assert "rank 1" in text


@pytest.mark.parametrize("shape", [(2, 5, 4), (3, 5, 3), (2, 5, 3, 1), (30,)])
def test_refuses_a_gradient_of_another_shape(shape: tuple[int, ...]) -> None:
    feeds = feeds_of((2, 5, 3), gradient=True)
    node_of(RELU, gradient=True).refusal({**feeds, "dy": np.ones(shape, np.float32)})


@pytest.mark.parametrize("gradient", [False, True])
def test_refuses_another_activation(gradient: bool) -> None:
    key = "mode" if gradient else "activation"
    node = node_of(RELU, gradient)
    spoiled = OneNode(node.op, node.inputs, node.outputs, {key: "tanh", "epsilon": EPSILON})
    for run_node in (spoiled.native, spoiled.reference):
        with pytest.raises(Exception, match=f"{node.op}.*tanh"):
            run_node(feeds_of((2, 5, 3), gradient))


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("missing", ["low", "high", "epsilon"])
def test_refuses_a_clip_without_its_numbers(gradient: bool, missing: str) -> None:
    node = node_of(Activation("clip", 0.0, 6.0), gradient)
    attributes = {name: value for name, value in node.attributes.items() if name != missing}
    with pytest.raises(Exception, match=f"{node.op}.*{missing}"):
        OneNode(node.op, node.inputs, node.outputs, attributes).native(feeds_of((2, 5, 3), gradient))
