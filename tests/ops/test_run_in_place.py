"""RunInPlace: the runtime's own bits, over its input and apart; close to NumPy; says what does not fit."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from held_values import SPECIAL_BITS
from laws import assert_same_bits
from one_node import OneNode
from onnx import TensorProto
from runs import OPS, SHAPES, inputs, names_of, stock_and_ours
from training_kernels import needs_training

from bitgraph.domain import RUN_IN_PLACE


def node_of(op: str, **attributes: int) -> OneNode:
    return OneNode(RUN_IN_PLACE, names_of(op), (None,), {"op": op, **attributes})


@needs_training
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("op", OPS)
def test_has_the_bits_of_the_runtime(op: str, in_place: bool, threads: int) -> None:
    for seed, shape in enumerate(SHAPES):
        stock, ours = stock_and_ours(op, inputs(op, shape, seed), threads=threads, in_place=in_place)
        assert_same_bits(ours, stock)


@needs_training
@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("op", OPS)
def test_special_values(op: str, in_place: bool) -> None:
    special = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)
    rng = np.random.default_rng(1)
    feeds = inputs(op, (9, 21))
    for name in ("a", "b"):
        feeds[name] = np.where(rng.random((9, 21)) < 0.3, rng.choice(special, (9, 21)), feeds[name])
    stock, ours = stock_and_ours(op, feeds, in_place=in_place)
    assert_same_bits(ours, stock)


@pytest.mark.parametrize("in_place", [False, True])
def test_adds_over_its_second_operand(in_place: bool) -> None:
    """Of two NaNs that are added the order of the operands says whose bits the sum has."""
    special = np.array(SPECIAL_BITS[TensorProto.FLOAT], np.uint32).view(np.float32)
    rng = np.random.default_rng(2)
    feeds = {"a": rng.choice(special, (30, 31)), "b": rng.choice(special, (30, 31))}
    stock, ours = stock_and_ours("Add", feeds, in_place=in_place, swapped=True)
    assert_same_bits(ours, stock)


@needs_training
@pytest.mark.parametrize("op", OPS)
def test_agrees_with_numpy(op: str) -> None:
    feeds = inputs(op, (11, 39))
    if op == "LogSoftmaxGrad_13":
        feeds["b"] = -np.abs(feeds["b"])
    # The runtime rounds each of some ten steps of numbers up to 40, numpy once.
    (native,), (wanted,) = node_of(op).native(feeds), node_of(op).reference(feeds)
    np.testing.assert_allclose(native, wanted, rtol=0, atol=10 * 40 * 2.0**-24)


@pytest.mark.parametrize("shape", [(0, 5), (3, 0)])
@pytest.mark.parametrize("op", OPS)
def test_nothing(op: str, shape: tuple[int, ...]) -> None:
    (found,) = node_of(op).agrees(inputs(op, shape))
    assert found.shape == shape


@pytest.mark.parametrize(("op", "name"), [("GeluGrad", "b"), ("Add", "b"), ("BiasGeluGrad_dX", "bias")])
def test_refuses_what_does_not_fit(op: str, name: str) -> None:
    feeds = inputs(op, (6, 5))
    node_of(op).refusal({**feeds, name: feeds[name][:-1]})


@pytest.mark.parametrize("run", [OneNode.native, OneNode.reference])
def test_refuses_other_operators(run) -> None:
    with pytest.raises(Exception, match="'QuickGeluGrad', which is not run in place"):
        run(node_of("QuickGeluGrad"), inputs("QuickGeluGrad", (6, 5)))


@needs_training
def test_a_failed_probe_gives_the_same_bits() -> None:
    """In a process of its own, because the probe runs once in each."""
    script = pathlib.Path(__file__).parents[1] / "support" / "failed_run_probe.py"
    environment = {
        **os.environ,
        "BITGRAPH_FAIL_PROBE": "other,run_in_place",
        "PYTHONPATH": str(script.parent),
    }
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"
