"""BatchNormGrad has the bits of the runtime's own gradient."""

import pytest
from batch_norms import ACTIVATIONS, NONE, SHAPES, inputs, stock_and_our_gradients
from laws import assert_same_bits
from training_kernels import needs_training

pytestmark = needs_training

# Planes of each size up to some packets, which begin at every alignment.
SMALL = [(2, 3, size) for size in range(1, 42)]


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("shape", [*SHAPES, (16, 7, 14, 14), (5, 64, 27, 27)])
def test_gradient(shape: tuple[int, ...], threads: int) -> None:
    for activation in ACTIVATIONS:
        for stock, ours in zip(
            *stock_and_our_gradients(activation, inputs(shape, threads), threads=threads), strict=True
        ):
            assert_same_bits(ours, stock)


@pytest.mark.parametrize("shape", SMALL)
def test_small_planes(shape: tuple[int, ...]) -> None:
    for stock, ours in zip(*stock_and_our_gradients(NONE, inputs(shape, 7)), strict=True):
        assert_same_bits(ours, stock)


def test_written_over_its_input() -> None:
    for activation in ACTIVATIONS:
        feeds = inputs((3, 5, 13, 14), 5)
        for stock, ours in zip(*stock_and_our_gradients(activation, feeds, in_place=True), strict=True):
            assert_same_bits(ours, stock)
