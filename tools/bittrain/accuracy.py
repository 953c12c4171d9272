"""Trains digit nets, stock, with bitgraph, and pruned, and says how well each does in the test.

Thresholds do not follow the net as it learns. So the pruned ones learn for one epoch before they are pruned:
most of what activations change, they change then.
"""

import pathlib
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
from zoo.artifacts import write_artifacts

from bitgraph.profiling import record
from bittrain.datasets import Dataset
from bittrain.small_nets import digit_net
from bittrain.training import BATCH, Order, Trained, finish, save_dataset, start
from bittrain.variants import hold_all, prune, zeros_of

SEEDS = 5
RATES = (0.5, 0.7, 0.9)
EPOCHS = {"mnist": 5, "digits": 25}
_RATE = 3e-3


def measure_accuracy(
    dataset: Dataset, *, seeds: int = SEEDS, epochs: int | None = None, rates: tuple[float, ...] = RATES
) -> Iterator[dict[str, Any]]:
    """Return a record for each net and variant.

    Args:
        dataset: What is learned.
        seeds: Trainings of each, with other weights and another order of the images.
        epochs: Of each training.
        rates: Zeros that activations are pruned to.
    """
    count = epochs or EPOCHS[dataset.name]
    for norm in (True, False):
        results: dict[str, list[Trained]] = {}
        zeros: dict[str, list[float]] = {}
        for seed in range(seeds):
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                variants = _write(dataset, norm, seed, rates, folder)
                for variant, trained in _train(list(variants), folder, count, seed).items():
                    results.setdefault(variant, []).append(trained)
                    if variant.startswith("pruned"):
                        found = record(folder / variant, data=folder / "few.npz", batch=BATCH)
                        zeros.setdefault(variant, []).append(zeros_of(found, variants[variant]))
        yield from _records(dataset, norm, count, results, zeros)


def _write(
    dataset: Dataset, norm: bool, seed: int, rates: tuple[float, ...], folder: pathlib.Path
) -> dict[str, frozenset[str]]:
    """Return the variants, each with the tensors that get zeros in it."""
    net = digit_net(dataset.side, 10, norm=norm, seed=seed, batch=BATCH)
    write_artifacts(net, folder / "stock", "adamw")
    save_dataset(dataset, folder / "data.npz")
    few = slice(0, 5 * BATCH)
    np.savez(folder / "few.npz", input=dataset.images[few], labels=dataset.labels[few])
    hold_all(folder / "stock", folder / "bitgraph")
    shutil.copytree(folder / "stock", folder / "warm")
    finish(start(_order(folder / "warm", folder, 1, seed)))
    profile = record(folder / "warm", data=folder / "few.npz", batch=BATCH, levels=True)
    pruned = {
        f"pruned {rate}": prune(folder / "warm", folder / f"pruned {rate}", profile, rate) for rate in rates
    }
    return {"stock": frozenset(), "bitgraph": frozenset(), **pruned}


def _train(variants: list[str], folder: pathlib.Path, epochs: int, seed: int) -> dict[str, Trained]:
    """Two at a time, one thread each."""
    results = {}
    for first in range(0, len(variants), 2):
        pair = variants[first : first + 2]
        started = [start(_order(folder / v, folder, epochs - v.startswith("pruned"), seed)) for v in pair]
        results.update({v: finish(process) for v, process in zip(pair, started, strict=True)})
    return results


def _order(directory: pathlib.Path, folder: pathlib.Path, epochs: int, seed: int) -> Order:
    """Train what lies in ``directory``, in which the parameters become the trained ones."""
    return Order(str(directory), str(folder / "data.npz"), epochs, _RATE, seed, str(directory))


def _records(
    dataset: Dataset,
    norm: bool,
    epochs: int,
    results: dict[str, list[Trained]],
    zeros: dict[str, list[float]],
) -> Iterator[dict[str, Any]]:
    for variant, trained in results.items():
        last = [each.accuracies[-1] for each in trained]
        yield {
            "part": "accuracy",
            "data": dataset.name,
            "net": "with batch norm" if norm else "without",
            "variant": variant,
            "epochs": epochs,
            "seeds": len(trained),
            "accuracy": statistics.mean(last),
            "deviation": statistics.stdev(last) if len(last) > 1 else 0.0,
            "curve": np.mean([each.accuracies for each in trained], axis=0).tolist(),
            "zeros": statistics.mean(zeros[variant]) if variant in zeros else None,
            "identical": trained == results["stock"] if variant == "bitgraph" else None,
        }
