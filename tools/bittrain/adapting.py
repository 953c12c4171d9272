"""A net that has learned the digits 0 to 4 learns 5 to 9: its last layer, its last block, or all of it."""

import pathlib
import statistics
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
from onnx import numpy_helper
from zoo.artifacts import write_artifacts
from zoo.net import Net

from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.open_subject import open_subject
from bitgraph.runtime.training import api
from bittrain.datasets import Dataset
from bittrain.small_nets import digit_net
from bittrain.training import BATCH, Order, finish, save_dataset, start
from bittrain.variants import hold_all

SEEDS = 3
EPOCHS = 4
CLASSES = 5
_RATE = 3e-3

_TRAINED = {"last layer": ("classifier",), "last block": ("classifier", "block2"), "whole net": ("",)}
_BITGRAPH = "whole net, bitgraph"


def measure_adapting(dataset: Dataset, seeds: int = SEEDS, epochs: int = EPOCHS) -> Iterator[dict[str, Any]]:
    """Return a record for each part of the net that is trained.

    ``identical`` says whether losses and parameters with bitgraph are those of stock.
    """
    first, second = dataset.only(range(CLASSES)), dataset.only(range(CLASSES, 2 * CLASSES))
    accuracies: dict[str, list[float]] = {}
    peaks: dict[str, int] = {}
    identical = True
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            save_dataset(first, folder / "first.npz")
            save_dataset(second, folder / "second.npz")
            _write(_learned(dataset.side, seed, epochs, folder), folder)
            variants = [*_TRAINED, _BITGRAPH]
            orders = [
                Order(str(folder / v), str(folder / "second.npz"), epochs, _RATE, seed) for v in variants
            ]
            results = {v: finish(start(order)) for v, order in zip(variants, orders, strict=True)}
            identical &= results["whole net"] == results[_BITGRAPH]
            for variant, trained in results.items():
                accuracies.setdefault(variant, []).append(trained.accuracies[-1])
            peaks = {v: _peak(folder / v, second, folder) for v in variants} if seed == 0 else peaks
    for variant, reached in accuracies.items():
        yield {
            "part": "adapting",
            "data": dataset.name,
            "variant": variant,
            "epochs": epochs,
            "seeds": seeds,
            "accuracy": statistics.mean(reached),
            "deviation": statistics.stdev(reached) if len(reached) > 1 else 0.0,
            "peak_bytes": peaks[variant],
            "peak_ratio": peaks[variant] / peaks["whole net"],
            "identical": identical if variant == _BITGRAPH else None,
        }


def _learned(side: int, seed: int, epochs: int, folder: pathlib.Path) -> Net:
    """The net with the parameters that it learned from the first digits."""
    net = digit_net(side, CLASSES, norm=True, seed=seed, batch=BATCH)
    write_artifacts(net, folder / "learned", "adamw")
    out = str(folder / "learned")
    finish(start(Order(out, str(folder / "first.npz"), epochs, _RATE, seed, out)))
    state = api.CheckpointState.load_checkpoint(folder / "learned" / "checkpoint")
    learned = {str(name): parameter.data for name, parameter in state.parameters}
    for tensor in net.model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(np.array(learned[tensor.name]), tensor.name))
    return net


def _write(net: Net, folder: pathlib.Path) -> None:
    for variant, prefixes in _TRAINED.items():
        names = [tensor.name for tensor in net.model.graph.initializer]
        trained = [name for name in names if name.startswith(prefixes)]
        write_artifacts(net, folder / variant, "adamw", trained)
    hold_all(folder / "whole net", folder / _BITGRAPH)


def _peak(directory: pathlib.Path, data: Dataset, folder: pathlib.Path) -> int:
    some = [slice(0, BATCH), slice(BATCH, 2 * BATCH)]
    batches = [{"input": data.images[part], "labels": data.labels[part]} for part in some]
    save_batches(batches, folder / "batches.npz")
    subject, _ = open_subject(directory)
    return int(run_in_child("peak", [subject], folder, batches=str(folder / "batches.npz")))
