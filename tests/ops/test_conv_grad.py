"""ConvGradInPlace and ConvGradHeld have the bits of the runtime's ConvGrad, and NumPy's numbers."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from conv_grads import CODECS, CONVOLUTIONS, NAMES, Convolution, Floats, stock_and_ours
from corruptions import corruptions
from laws import assert_same_bits
from one_node import OneNode
from onnx import TensorProto
from training_kernels import HAS_TRAINING, needs_training

from bitgraph.codecs import Bits, Codec
from bitgraph.domain import CONV_GRAD_HELD, CONV_GRAD_IN_PLACE

CHECKED = CONVOLUTIONS[0]


def node_of(convolution: Convolution, source: str = "x") -> OneNode:
    op = CONV_GRAD_HELD if source == "held" else CONV_GRAD_IN_PLACE
    made = (TensorProto.FLOAT,) * (len(NAMES) if convolution.bias else 2)
    return OneNode(op, ("dy", source, "w"), made, convolution.attributes)


def held_feeds(feeds: dict[str, Floats], codec: int = 0) -> dict[str, Floats]:
    return {"dy": feeds["dy"], "held": CODECS[codec].encode(feeds["x"], TensorProto.FLOAT), "w": feeds["w"]}


@needs_training
@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("convolution", CONVOLUTIONS, ids=str)
def test_has_the_bits_of_stock(convolution: Convolution, threads: int) -> None:
    for in_place in (True, False):
        feeds = convolution.feeds(threads)
        for _, stock, ours in stock_and_ours(convolution, feeds, threads=threads, in_place=in_place):
            for expected, found in zip(stock, ours, strict=True):
                assert_same_bits(found, expected)


@needs_training
@pytest.mark.parametrize("convolution", CONVOLUTIONS[:-1], ids=str)
def test_has_the_bits_of_stock_for_special_values(convolution: Convolution) -> None:
    for seed in range(3):
        for _, stock, ours in stock_and_ours(convolution, convolution.feeds(seed, spoiled=True)):
            for expected, found in zip(stock, ours, strict=True):
                assert_same_bits(found, expected)


@needs_training
@pytest.mark.parametrize("convolution", CONVOLUTIONS[:-1], ids=str)
def test_means_what_numpy_says(convolution: Convolution) -> None:
    feeds = convolution.feeds(3)
    expected = node_of(convolution).reference(feeds)
    # A float32 sum of n terms errs by at most n epsilon times the sum of their absolute values.
    sums = node_of(convolution).reference({name: np.abs(feed) for name, feed in feeds.items()})
    terms = feeds["dy"].size
    slack = [terms * np.finfo(np.float32).eps * each for each in sums]
    for node, given in ((node_of(convolution), feeds), (node_of(convolution, "held"), held_feeds(feeds))):
        for found, want, allowed in zip(node.native(given), expected, slack, strict=True):
            assert found.shape == want.shape
            assert (np.abs(found - want) <= allowed).all()
    for want, again in zip(expected, node_of(convolution, "held").reference(held_feeds(feeds)), strict=True):
        assert_same_bits(again, want)


@needs_training
@pytest.mark.parametrize("batch", [0, 1])
def test_nothing(batch: int) -> None:
    """An empty batch, and images that the kernel does not fit into."""
    empty = Convolution((batch, 3, 5, 5), (4, 3, 6, 6))
    feeds = empty.feeds()
    for node, given in ((node_of(empty), feeds), (node_of(empty, "held"), held_feeds(feeds))):
        for found, shape in zip(node.agrees(given), (empty.x, empty.w, (4,)), strict=True):
            assert found.shape == shape
            assert not found.any()


@needs_training
@pytest.mark.parametrize("source", ["x", "held"])
@pytest.mark.parametrize("name", ["dy", "x", "w"])
@pytest.mark.parametrize("axis", range(4))
def test_refuses_what_does_not_fit(source: str, name: str, axis: int) -> None:
    feeds = CHECKED.feeds()
    if (name, axis) == ("w", 0):
        feeds["w"] = np.tile(feeds["w"], (2, 1, 1, 1))
    feeds[name] = np.take(feeds[name], range(feeds[name].shape[axis] - 1), axis)
    node_of(CHECKED, source).refusal(held_feeds(feeds) if source == "held" else feeds)


@needs_training
@pytest.mark.parametrize(
    "attributes",
    [
        {"pads": [1, 1, 1]},
        {"pads": [1, 1, 1, -1]},
        {"strides": [1, 0]},
        {"strides": [1] * 9},
        {"dilations": [0, 1]},
        {"kernel_shape": [3, 2]},
        {"group": 0},
        {"group": 3},
        {"auto_pad": "SAME_UPPER"},
        {"auto_pad": "VALID"},
        {"auto_pad": "another"},
    ],
    ids=str,
)
def test_refuses_attributes(attributes: dict[str, object]) -> None:
    spoiled = OneNode(
        CONV_GRAD_IN_PLACE, ("dy", "x", "w"), (TensorProto.FLOAT,) * 3, {**CHECKED.attributes, **attributes}
    )
    (name,) = attributes
    with pytest.raises(Exception, match=f"{CONV_GRAD_IN_PLACE}.*({name}|dim|W)"):
        spoiled.native(CHECKED.feeds())


@needs_training
def test_refuses_groups_of_a_line() -> None:
    line = Convolution((2, 4, 9), (4, 2, 3), {"group": 2})
    with pytest.raises(Exception, match="group is 2 and X has rank 3"):
        node_of(line).native(line.feeds())


@needs_training
def test_refuses_a_mask() -> None:
    feeds = CHECKED.feeds()
    spoiled = {**held_feeds(feeds), "held": Bits().encode(feeds["x"] > 0, TensorProto.FLOAT)}
    node_of(CHECKED, "held").refusal(spoiled)


@needs_training
@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: type(codec).__name__)
def test_refuses_a_spoiled_held_form(codec: Codec) -> None:
    feeds = CHECKED.feeds()
    for how, spoiled in corruptions(codec.encode(feeds["x"], TensorProto.FLOAT)):
        assert node_of(CHECKED, "held").refusal({"dy": feeds["dy"], "held": spoiled, "w": feeds["w"]}), how


@needs_training
def test_a_failed_probe_gives_the_same_bits() -> None:
    """In a process of its own, because the hook is read once."""
    script = pathlib.Path(__file__).parents[1] / "support" / "failed_conv_probe.py"
    environment = {
        **os.environ,
        "BITGRAPH_FAIL_PROBE": "other,conv_grad_in_place",
        "PYTHONPATH": str(script.parent),
    }
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"


@pytest.mark.skipif(HAS_TRAINING, reason="the runtime has the operator")
def test_says_that_the_runtime_has_no_such_operator() -> None:
    with pytest.raises(Exception, match=f"{CONV_GRAD_IN_PLACE}.*runtime's own operator cannot be had"):
        node_of(CHECKED).native(CHECKED.feeds())
