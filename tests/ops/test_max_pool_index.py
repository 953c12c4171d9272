"""MaxPoolIndex: native equals NumPy and the runtime's own MaxPool, whose indices IndexPack holds."""

import dataclasses
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from held_values import SPECIAL_BITS
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Array
from max_pools import FLOAT, agrees_with_stock, max_pool_index
from pools import Pool, pools

SMALL = Pool(1, 2, (4, 5), (2, 3), (2, 1), (0, 1, 0, 1), (1, 1))

WIDE = [
    Pool(2, 3, (20, 70), (2, 2), (2, 2), (0, 0, 0, 0), (1, 1)),
    Pool(2, 3, (21, 71), (3, 3), (2, 2), (1, 1, 1, 1), (1, 1)),
    Pool(1, 5, (9, 40), (3, 3), (1, 1), (1, 1, 1, 1), (1, 1)),
    Pool(1, 2, (11, 80), (3, 5), (1, 3), (0, 1, 1, 0), (2, 1)),
    Pool(3, 2, (90,), (4,), (4,), (0, 0), (1,)),
    Pool(1, 2, (5, 7, 38), (2, 3, 2), (1, 2, 2), (0, 1, 0, 1, 0, 0), (1, 1, 1)),
    Pool(1, 1, (17, 60), (15, 17), (1, 1), (0, 0, 0, 0), (1, 1)),
]


def values(dims: tuple[int, ...], seed: int) -> Array:
    """Few different numbers, so that windows hold their maximum more than once, and all that is special."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-3, 4, dims).astype(np.float32) * np.float32(rng.choice([1.0, -0.0, 1e-40]))
    special = np.array(SPECIAL_BITS[FLOAT], np.uint32).view(np.float32)
    chosen = rng.random(dims) < rng.choice([0.0, 0.1, 0.5, 1.0])
    x[chosen] = rng.choice(special, int(chosen.sum()))
    return x


@given(pools(), st.integers(0, 2**32 - 1), st.integers(0, 1))
@settings(max_examples=80, deadline=None)
def test_agrees(pool: Pool, seed: int, ceil: int) -> None:
    if ceil and pool.has_a_window_behind_the_input:
        ceil = 0
    agrees_with_stock(pool, values(pool.input_dims, seed), ceil)


@pytest.mark.parametrize("pool", WIDE, ids=lambda pool: str(pool.kernel_shape))
@pytest.mark.parametrize("seed", range(3))
def test_rows_of_many_windows(pool: Pool, seed: int) -> None:
    agrees_with_stock(pool, values(pool.input_dims, seed), 0)


def test_a_failed_probe_gives_the_same_bits() -> None:
    """In a process of its own, because the hook is read once."""
    script = pathlib.Path(__file__).parents[1] / "support" / "max_pools.py"
    environment = {**os.environ, "BITGRAPH_FAIL_PROBE": "max_pool", "PYTHONPATH": str(script.parent)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"


@pytest.mark.parametrize("dims", [(1, 2, 4, 6), (1, 2, 5), (20,)], ids=str)
def test_refuses_other_dims(dims: tuple[int, ...]) -> None:
    max_pool_index(SMALL, 0).refusal({"x": np.zeros(dims, np.float32)})


def test_refuses_a_window_behind_the_input() -> None:
    pool = Pool(1, 1, (3,), (2,), (3,), (1, 1), (1,))
    assert not pool.has_a_window_behind_the_input
    pool = dataclasses.replace(pool, input_shape=(4,), kernel_shape=(1,), strides=(2,), pads=(0, 0))
    assert pool.has_a_window_behind_the_input
    max_pool_index(pool, 1).refusal({"x": np.zeros(pool.input_dims, np.float32)})
