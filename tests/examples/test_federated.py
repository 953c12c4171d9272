"""The federated example: a client without Flower, and the whole with it where it is installed."""

import pathlib
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

EXAMPLE = pathlib.Path(__file__).parents[2] / "docs/examples/federated"
BATCH = 64


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path, rng = tmp_path_factory.mktemp("digits") / "digits.npz", np.random.default_rng(0)
    images = rng.integers(0, 256, (4 * BATCH, 28, 28), np.uint8)
    np.savez(path, images=images, labels=rng.integers(0, 10, len(images)))
    return path


@pytest.fixture(scope="module")
def orders(digits: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a client of each kind is told: two clients, so that each has two batches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLE))
        from artifacts import make_artifacts  # beside the example, as it is run

        stock, optimized = make_artifacts(tmp_path_factory.mktemp("made") / "artifacts", BATCH)
    told = {"data": str(digits), "client": 1, "clients": 2, "batch": BATCH, "limit": 0}
    return {
        "stock": {**told, "artifacts": str(stock), "optimized": False},
        "bitgraph": {**told, "artifacts": str(optimized), "optimized": True},
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the client reads /proc and limits its address space")
def test_a_limit_that_only_the_optimized_client_keeps(
    orders: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    from client import TrainingError, train_locally

    stock, taken = train_locally({}, orders["stock"])
    optimized, less = train_locally({}, orders["bitgraph"])
    assert stock.keys() == optimized.keys()
    assert all(stock[name].tobytes() == optimized[name].tobytes() for name in stock)
    assert taken["num-examples"] == less["num-examples"] == 2 * BATCH
    assert less["resident"] < taken["resident"]
    limit = (taken["address_space"] + less["address_space"]) // 2
    with pytest.raises(TrainingError):
        train_locally({}, {**orders["stock"], "limit": limit})
    # What comes in is what training begins with: where all is zero, only the last bias has a gradient.
    zeros = {name: np.zeros_like(array) for name, array in stock.items()}
    trained, _ = train_locally(zeros, {**orders["bitgraph"], "limit": limit})
    assert {name for name, array in trained.items() if array.any()} == {"linear_bias"}


def test_simulation(digits: pathlib.Path) -> None:
    for package in ("flwr", "ray"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[federated]'")
    command = [sys.executable, str(EXAMPLE), str(digits), "--clients", "2", "--rounds", "1", "--batch", "64"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "global parameters after 1 rounds: the same, bit for bit" in done.stdout
    assert re.search(r"^\| stock \|.*\| fails", done.stdout, re.MULTILINE)
    assert re.search(r"^\| bitgraph \|.*\| trains \|$", done.stdout, re.MULTILINE)
