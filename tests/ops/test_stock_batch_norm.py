"""What is recomputed has the bits of the runtime's own normalization, Relu, Clip and their gradients."""

import os
import pathlib
import platform
import subprocess
import sys

import pytest
from batch_norms import ACTIVATIONS, GRADIENTS, RELU, SHAPES, Activation, inputs, stock_and_ours
from laws import assert_same_bits
from training_kernels import needs_training

pytestmark = needs_training


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_recompute(shape: tuple[int, ...], threads: int) -> None:
    for activation in ACTIVATIONS:
        assert_same_bits(*stock_and_ours(activation, inputs(shape, threads), gradient=False, threads=threads))


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_mask_grad(shape: tuple[int, ...], threads: int) -> None:
    for activation in GRADIENTS:
        assert_same_bits(*stock_and_ours(activation, inputs(shape, threads), gradient=True, threads=threads))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_recompute_of_special_values(activation: Activation) -> None:
    for seed in range(30):
        feeds = inputs((3, 13, 5, 3), seed, spoiled=True)
        assert_same_bits(*stock_and_ours(activation, feeds, gradient=False))


@pytest.mark.parametrize("activation", GRADIENTS)
def test_mask_grad_of_special_values(activation: Activation) -> None:
    for seed in range(30):
        feeds = inputs((3, 13, 5, 3), seed, spoiled=True)
        assert_same_bits(*stock_and_ours(activation, feeds, gradient=True))


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the runtime may fuse its steps")
def test_the_probe_holds() -> None:
    """Statistics of another batch are taken as they are: by the formula, not the runtime's operator."""
    stock, ours = stock_and_ours(RELU, inputs((2, 3, 5), 1), gradient=False, kept="running")
    assert (stock != ours).any()


@pytest.mark.parametrize(
    "probes",
    [
        "batch_norm",
        "batch_norm_grad",
        "batch_norm_grad,batch_norm_grad_in_place,batch_norm,batch_norm_in_place",
    ],
)
def test_a_failed_probe_gives_the_same_bits(probes: str) -> None:
    """In a process of its own, because the probe runs once in each."""
    script = pathlib.Path(__file__).parents[1] / "support" / "failed_probe.py"
    environment = {**os.environ, "BITGRAPH_FAIL_PROBE": f"other,{probes}", "PYTHONPATH": str(script.parent)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"
