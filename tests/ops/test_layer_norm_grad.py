"""LayerNormGrad: native equals NumPy and the runtime's own gradient, and says what does not fit."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from laws import assert_same_bits
from layer_norms import INPUTS, SHAPES, inputs, stock_and_ours
from one_node import OneNode
from training_kernels import needs_training

from bitgraph.domain import LAYER_NORM_GRAD


def node_of(axis: int) -> OneNode:
    return OneNode(LAYER_NORM_GRAD, INPUTS, (None, None, None), {"axis": axis})


@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_agrees(shape: tuple[int, ...], axis: int) -> None:
    node_of(axis).agrees(inputs(shape, axis))


@needs_training
@pytest.mark.parametrize("in_place", [False, True])
def test_has_the_bits_of_the_runtime(in_place: bool) -> None:
    for seed, (shape, axis) in enumerate(SHAPES):
        feeds = inputs(shape, axis, seed)
        for stock, ours in zip(*stock_and_ours(feeds, axis, in_place=in_place), strict=True):
            assert_same_bits(ours, stock)


@needs_training
@pytest.mark.parametrize("special", [np.nan, np.inf, -0.0, 1e-41])
def test_special_values(special: float) -> None:
    feeds = inputs((9, 21), 1)
    for name in ("dy", "x"):
        feeds[name][np.random.default_rng(1).random((9, 21)) < 0.05] = special
    for stock, ours in zip(*stock_and_ours(feeds, 1, threads=2), strict=True):
        assert_same_bits(ours, stock)


@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (2, 0, 4)])
def test_nothing(shape: tuple[int, ...]) -> None:
    found = node_of(-1).agrees(inputs(shape, -1))
    assert [result.shape for result in found] == [shape, shape[-1:], shape[-1:]]
    assert not found[1].any()
    assert not found[2].any()


@pytest.mark.parametrize("name", ["dy", "scale", "mean", "inv_std"])
def test_refuses_what_does_not_fit(name: str) -> None:
    feeds = inputs((6, 5), 1)
    node_of(1).refusal({**feeds, name: feeds[name][:-1]})


@pytest.mark.parametrize("axis", [2, -3])
def test_refuses_an_axis_that_is_not_there(axis: int) -> None:
    assert "axis" in node_of(axis).refusal(inputs((6, 5), 1))


@needs_training
def test_a_failed_probe_gives_the_same_bits() -> None:
    """In a process of its own, because the probe runs once in each."""
    script = pathlib.Path(__file__).parents[1] / "support" / "failed_layer_norm_probe.py"
    environment = {
        **os.environ,
        "BITGRAPH_FAIL_PROBE": "other,layer_norm_grad",
        "PYTHONPATH": str(script.parent),
    }
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"
