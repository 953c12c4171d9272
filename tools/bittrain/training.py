"""Trains a directory of artifacts and tests what it becomes.

Run as ``python -m bittrain.training ORDER``, since each training has a process of its own: a JSON file with
the fields of ``Order``; what came out is printed as JSON.
"""

import dataclasses
import hashlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

import numpy as np
import onnxruntime

import bitgraph
from bitgraph.runtime.training import api
from bittrain.datasets import Dataset
from bittrain.processes import start_module

BATCH = 64
_OUTPUT = "classifier"


@dataclasses.dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes:
        directory: Artifacts, with AdamW for the optimizer.
        data: An NPZ file with the arrays of a Dataset.
        epochs: How many times through the images.
        rate: AdamW's learning rate in the first epoch; a cosine takes it down to nothing.
        seed: Of the order of the images.
        out: A directory in which the trained checkpoint is put, or None.
    """

    directory: str
    data: str
    epochs: int
    rate: float
    seed: int
    out: str | None = None


@dataclasses.dataclass(frozen=True)
class Trained:
    """What came out.

    Attributes:
        accuracies: Of the test, after each epoch.
        losses: Digest of the bits of all losses.
        parameters: Digest of the bits of all parameters in the end.
    """

    accuracies: list[float]
    losses: str
    parameters: str


def save_dataset(dataset: Dataset, path: pathlib.Path) -> None:
    """Write what ``Order.data`` names."""
    fields = ("images", "labels", "test_images", "test_labels")
    np.savez(path, **{field: getattr(dataset, field) for field in fields})  # type: ignore[arg-type]


def start(order: Order) -> "subprocess.Popen[str]":
    """Start a training in a process of its own."""
    return start_module("training", json.dumps(dataclasses.asdict(order)), stdout=subprocess.PIPE)


def finish(process: "subprocess.Popen[str]") -> Trained:
    """Wait for a training."""
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a training ended with status {process.returncode}")
    return Trained(**json.loads(out))


def train(order: Order) -> Trained:
    """Train, one thread, so that bits repeat."""
    with np.load(order.data) as arrays:
        data = {name: arrays[name] for name in arrays.files}
    directory = pathlib.Path(order.directory)
    options = bitgraph.session_options()
    options.intra_op_num_threads = 1
    state = api.CheckpointState.load_checkpoint(directory / "checkpoint")
    graphs = [directory / f"{name}_model.onnx" for name in ("training", "eval", "optimizer")]
    module = api.Module(graphs[0], state, graphs[1], session_options=options)
    optimizer = api.Optimizer(graphs[2], module)
    rng, losses, accuracies = np.random.default_rng(order.seed), hashlib.sha256(), []
    for epoch in range(order.epochs):
        optimizer.set_learning_rate(order.rate * (1 + math.cos(math.pi * epoch / order.epochs)) / 2)
        module.train()
        for some in np.split(
            permuted := rng.permutation(len(data["labels"])), range(BATCH, len(permuted), BATCH)
        ):
            losses.update(np.asarray(module(data["images"][some], data["labels"][some])).tobytes())
            optimizer.step()
            module.lazy_reset_grad()
        accuracies.append(_accuracy(module, data))
    parameters = hashlib.sha256()
    for _, parameter in sorted(state.parameters, key=lambda entry: str(entry[0])):
        parameters.update(parameter.data.tobytes())
    if order.out is not None:
        api.CheckpointState.save_checkpoint(state, pathlib.Path(order.out) / "checkpoint")
    return Trained(accuracies, losses.hexdigest(), parameters.hexdigest())


def _accuracy(module: Any, data: dict[str, Any]) -> float:
    """The part of the test that the exported inference model gets right."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "inference.onnx")
        module.export_model_for_inferencing(path, [_OUTPUT])
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (scores,) = session.run([_OUTPUT], {"input": data["test_images"]})
    return float((scores.argmax(axis=1) == data["test_labels"]).mean())


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(train(Order(**json.loads(sys.argv[1]))))))
