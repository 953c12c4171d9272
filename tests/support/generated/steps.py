"""Two steps of a training graph: every bit of them, and the peak of the second."""

import ctypes
import dataclasses
import pathlib
import tempfile
from typing import Any

import memray
import numpy as np
from onnxruntime import OrtValue

from bitgraph.measure.identity import first_difference
from bitgraph.measure.module_runner import ModuleRunner
from bitgraph.measure.runner import Batch
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject

_M_PERTURB = -6  # of mallopt: what fresh memory is filled with


@dataclasses.dataclass(frozen=True)
class Steps:
    """What two steps gave.

    Attributes:
        bits: For each step the bytes of the loss, the outputs, the gradients and the parameters.
        peak: Bytes above the level before the second step.
        loss: The loss of the second step.
    """

    bits: list[dict[str, str]]
    peak: int
    loss: float


def run_steps(subject: Subject, batches: list[Batch], fill: int) -> Steps:
    """Step in this process. Fresh memory is filled with ``fill``, so that nobody reads it unnoticed.

    The arena stays off in every session of the process: what one session has left in an arena
    would serve the next one unseen by the measurement.
    """
    options = open_options(subject, threads=1, arena=False)
    ctypes.CDLL(None).mallopt(_M_PERTURB, fill)
    runner = ModuleRunner(subject, options)
    bits: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for step, batch in enumerate(batches):
            record = pathlib.Path(folder) / f"{step}.bin"
            # Values of the runtime's own: of arrays it would make copies within the step.
            values = {name: OrtValue.ortvalue_from_numpy(array) for name, array in batch.items()}
            with memray.Tracker(record):
                results: dict[str, Any] = runner.train(values)  # type: ignore[arg-type]
                runner.update()
            outputs = {name: value.numpy() for name, value in results.items()}
            found = {f"output {name}": array for name, array in outputs.items()}
            found |= {f"gradient of {name}": array for name, array in runner.gradients()}
            found |= {f"parameter {name}": array for name, array in runner.parameters()}
            bits.append({name: _bytes(array) for name, array in found.items()})
            peak = int(memray.FileReader(record).metadata.peak_memory)
            loss = float(np.asarray(next(iter(outputs.values()))).reshape(-1)[0])
    return Steps(bits, peak, loss)


def difference(one: Steps, other: Steps) -> str | None:
    """Name the first tensor that is not the same in both."""
    found = first_difference(one.bits, other.bits)
    return None if found is None else f"step {found[0] + 1}: {found[1]}"


def _bytes(array: np.ndarray) -> str:
    return f"{array.dtype} {array.shape} {array.tobytes().hex()}"
