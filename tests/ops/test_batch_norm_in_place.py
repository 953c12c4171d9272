"""BatchNormInPlace has the bits of the runtime's batch norm, over X and apart, and NumPy's numbers."""

import numpy as np
import pytest
from batch_norms import EPSILON, SHAPES, inputs, stock_and_our_norms
from laws import assert_same_bits
from one_node import Feeds, OneNode
from onnx import TensorProto
from training_kernels import needs_training

from bitgraph.domain import BATCH_NORM_IN_PLACE

READ = ("x", "scale", "bias", "running_mean", "running_var")
NODE = OneNode(
    BATCH_NORM_IN_PLACE, READ, (TensorProto.FLOAT,) * len(READ), {"epsilon": EPSILON, "momentum": 0.75}
)


def feeds_of(shape: tuple[int, ...]) -> Feeds:
    feeds = inputs(shape, 0)
    feeds["running_var"] = feeds["running_inv_std"]
    return {name: feeds[name] for name in READ}


@needs_training
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("spoiled", [False, True])
def test_has_the_bits_of_the_runtime(*, spoiled: bool, in_place: bool, threads: int) -> None:
    for seed, shape in enumerate(SHAPES):
        feeds = inputs(shape, seed, spoiled=spoiled)
        for expected, found in zip(
            *stock_and_our_norms(feeds, threads=threads, in_place=in_place), strict=True
        ):
            assert_same_bits(found, expected)


@needs_training
def test_means_what_numpy_says() -> None:
    for shape in SHAPES:
        feeds = feeds_of(shape)
        for found, wanted in zip(NODE.native(feeds), NODE.reference(feeds), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


@needs_training
@pytest.mark.parametrize("name", READ[1:])
def test_refuses_what_does_not_fit(name: str) -> None:
    feeds = feeds_of((2, 5, 3))
    NODE.refusal({**feeds, name: feeds[name][:-1]})
