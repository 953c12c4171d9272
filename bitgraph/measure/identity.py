"""The bits of everything a step computes, and where two models' bits part."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bitgraph.measure.runner import Array, Batch, StepRunner, open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import told

Digests = list[dict[str, str]]
"""For each step, the digest of each tensor under a name such as ``gradient of conv1.weight``."""


def measure_digests(subject: Subject, batches: Sequence[Batch]) -> Digests:
    """Digest outputs, gradients and updated parameters of every step.

    One thread: with several, ONNX Runtime itself does not repeat its own last digit on every
    net. Digests, because the tensors of all steps of two models need not fit into memory.
    """
    runner = open_runner(subject, open_options(subject, threads=1))
    return [{name: _digest(array) for name, array in _everything(runner, batch)} for batch in told(batches)]


def read_tensor(subject: Subject, batches: Sequence[Batch], step: int, name: str) -> Array | None:
    """Run the steps again and give one tensor of one of them."""
    runner = open_runner(subject, open_options(subject, threads=1))
    for batch in batches[:step]:
        for _ in _everything(runner, batch):
            pass
    return next((array for found, array in _everything(runner, batches[step]) if found == name), None)


def _everything(runner: StepRunner, batch: Batch) -> Iterator[tuple[str, Array]]:
    for position, (name, array) in enumerate(runner.train(batch).items()):
        yield f"output {name}" if position else "loss", array
    for name, array in runner.gradients():
        yield f"gradient of {name}", array
    runner.update()
    for name, array in runner.parameters():
        yield f"parameter {name}", array


def _digest(array: Array) -> str:
    state = hashlib.blake2b(f"{array.dtype} {array.shape}".encode(), digest_size=16)
    state.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return state.hexdigest()


def first_difference(stock: Digests, optimized: Digests) -> tuple[int, str] | None:
    """Give step and name of the first tensor that is not the same on both sides.

    Names keep the stock order, which is the order in which they are computed; a tensor that only
    one side has is a difference too.
    """
    for step, (ours, theirs) in enumerate(zip(stock, optimized, strict=True)):
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            if ours.get(name) != theirs.get(name):
                return step, name
    return None


def describe_difference(step: int, name: str, stock: Array | None, optimized: Array | None) -> str:
    """Say in one line how two tensors differ: ``step 2: loss: element 0: 0x... != 0x...``."""
    where = f"step {step + 1}: {name}"
    if stock is None or optimized is None:
        return f"{where}: only in the {'optimized' if stock is None else 'stock'} model"
    if (stock.dtype, stock.shape) != (optimized.dtype, optimized.shape):
        return f"{where}: {_kind(stock)} != {_kind(optimized)}"
    width = stock.dtype.itemsize
    ours, theirs = (np.ascontiguousarray(a).reshape(-1).view(f"V{width}") for a in (stock, optimized))
    places = np.flatnonzero(ours != theirs)
    if not places.size:
        return f"{where}: differs from run to run"
    place = int(places[0])
    return f"{where}: element {place}: {_bits(ours[place])} != {_bits(theirs[place])}"


def _kind(array: Array) -> str:
    return f"{array.dtype}{list(array.shape)}"


def _bits(element: Any) -> str:
    return f"0x{int.from_bytes(element.tobytes(), 'little'):0{2 * element.itemsize}x}"


def as_digests(value: Sequence[Mapping[str, str]]) -> Digests:
    """Take digests back from JSON."""
    return [dict(step) for step in value]
