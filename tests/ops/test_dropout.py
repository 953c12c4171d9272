"""DropoutPack and DropoutBitsGrad: native equals NumPy, and the runtime's own Dropout and its gradient."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from dropouts import bits_of, gradient_feeds, stock_and_our_gradients, stock_and_ours
from laws import assert_same_bits
from one_node import OneNode
from onnx import TensorProto
from training_kernels import needs_training

from bitgraph.domain import DROPOUT_BITS_GRAD, DROPOUT_PACK

# Few enough to be drawn by the runtime, and more; 8192 are the most of the first.
SHAPES = [(0,), (1,), (7, 3), (8192,), (8193,), (3, 5, 7, 131), (16, 70000)]


def pack(ratio: float, seed: int) -> OneNode:
    return OneNode(DROPOUT_PACK, ("x",), (None, TensorProto.UINT8), {"ratio": ratio, "seed": seed})


def gradient(ratio: float) -> OneNode:
    return OneNode(DROPOUT_BITS_GRAD, ("dy", "held"), (None,), {"ratio": ratio})


@needs_training
@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1, -3, 2**40 + 5])
def test_agrees(seed: int) -> None:
    x = np.random.default_rng(abs(seed)).standard_normal((3, 41, 101), np.float32)
    node = pack(0.1, seed)
    for found, want in zip(node.native({"x": x}), node.reference({"x": x}), strict=True):
        assert_same_bits(found, want)


@needs_training
@pytest.mark.parametrize("ratio", [1e-6, 0.02, 0.1, 0.5, 0.999])
@pytest.mark.parametrize("seed", [None, 5])
def test_draws_what_the_runtime_draws(seed: int | None, ratio: float) -> None:
    """Each tensor has the next seed, whoever draws it; with NaN and infinity among what is dropped."""
    for turn, shape in enumerate(SHAPES):
        stock, ours = stock_and_ours(shape, ratio, seed, begin=turn * 977, threads=1 + turn % 2)
        for want, found in zip(stock, ours, strict=True):
            assert_same_bits(found, want)


@needs_training
@pytest.mark.parametrize("ratio", [1e-6, 0.1, 0.5, 0.999])
@pytest.mark.parametrize("in_place", [False, True])
def test_gradient_of_the_runtime(ratio: float, in_place: bool) -> None:
    for shape in SHAPES:
        stock, ours = stock_and_our_gradients(gradient_feeds(shape, 4), ratio, in_place=in_place)
        assert_same_bits(ours, stock)


@needs_training
def test_gradient_agrees() -> None:
    for shape in SHAPES[:4]:
        feeds = gradient_feeds(shape, 3)
        held = bits_of(feeds["kept"])
        gradient(0.3).agrees({"dy": feeds["dy"], "held": held})


@needs_training
def test_gradient_refuses_another_number_of_bits() -> None:
    gradient(0.3).refusal({"dy": np.ones(30, np.float32), "held": bits_of(np.ones(29, np.bool_))})


@pytest.mark.parametrize("ratio", [0.0, 1.0, -0.5, float("nan")])
def test_refuses_a_ratio_that_is_none(ratio: float) -> None:
    x = np.ones(5, np.float32)
    for node, feeds in ((pack(ratio, 1), {"x": x}), (gradient(ratio), {"dy": x, "held": bits_of(x > 0)})):
        for run in (node.native, node.reference):
            with pytest.raises(Exception, match=f"{node.op}.*ratio"):
                run(feeds)


@needs_training
def test_a_failed_probe_gives_the_same_bits() -> None:
    """In a process of its own, because the probe runs once in each."""
    script = pathlib.Path(__file__).parents[1] / "support" / "failed_dropout_probe.py"
    environment = {**os.environ, "BITGRAPH_FAIL_PROBE": "other,dropout", "PYTHONPATH": str(script.parent)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"
