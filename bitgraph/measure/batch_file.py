"""The file in which batches go to a child process."""

import pathlib
from collections.abc import Sequence

import numpy as np

from bitgraph.measure.runner import Array, Batch


def save_batches(batches: Sequence[Batch], path: pathlib.Path) -> None:
    """Write the batches of all steps to an NPZ file."""
    arrays = {f"{step}.{name}": array for step, batch in enumerate(batches) for name, array in batch.items()}
    np.savez(path, allow_pickle=False, **arrays)


def load_batches(path: pathlib.Path) -> list[Batch]:
    """Read the batches that save_batches wrote."""
    steps: dict[int, dict[str, Array]] = {}
    with np.load(path) as arrays:
        for key in arrays.files:
            step, name = key.split(".", 1)
            steps.setdefault(int(step), {})[name] = arrays[key]
    return [steps[step] for step in sorted(steps)]
