"""Compare two training graphs: the same bits, how much memory, how much time."""

import os
import pathlib
import tempfile
from typing import Any

import numpy as np

from bitgraph.errors import BadInputError
from bitgraph.graph.peak import predict
from bitgraph.measure.as_loaded import ask_runtime
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.comparison import Comparison, Measured, Trace
from bitgraph.measure.data import bound_dims, make_batches
from bitgraph.measure.identity import as_digests, describe_difference, first_difference
from bitgraph.measure.open_subject import open_subject, with_same_parameters
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import Progress, Stages

Path = str | os.PathLike[str]

_STAGES = 6
"""What is done one after the other, apart from node by node."""


def compare(
    stock: Path,
    optimized: Path,
    *,
    data: Path | None = None,
    batch: int | None = None,
    steps: int | None = None,
    traced: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Run two models on the same data and measure both, each measurement in a fresh process.

    Args:
        stock: Artifact directory or training graph as it was. A graph on its own is stepped
            with seeded random parameters.
        optimized: The same after ``bitgraph optimize``. If only one of the two is a directory,
            the other graph is stepped with that directory's checkpoint and optimizer.
        data: NPZ file with an array for each data input; seeded random data if absent.
        batch: Samples in a step; if absent, what the model says, else 8.
        steps: Steps whose bits are compared; if absent 5, or as many as there is data for.
        traced: Whether steps are also measured node by node.
        progress: Called as it goes on, with what is done, its parts done, and how many there are.

    Raises:
        BadInputError: A model cannot be run, or data and models do not fit.
    """
    stages = Stages(progress, _STAGES + traced)
    stages.begin("reading the models")
    before, model = open_subject(stock)
    after, rewritten = open_subject(optimized)
    both = with_same_parameters(before, after)
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as name:
        folder = pathlib.Path(name)
        names = _data_names(both, folder)
        batches = make_batches(model, names, data=data, batch=batch, steps=steps)
        file = folder / "batches.npz"
        save_batches(batches.steps, file)
        stages.begin("comparing bits")
        difference = _difference(both, folder, file, stages)
        dims = bound_dims(model, batches.steps[0])
        timelines = (predict(model, batches.size, dims), predict(rewritten, batches.size, dims))
        told = ask_runtime((model, rewritten))
        asked = timelines if told is None else told.timelines(batches.size, dims)
        measured = _measure(both, [each.peak for each in asked], folder, file, stages)
        traces = _traces(both, folder, file, stages) if traced else None
    return Comparison(
        identical=difference is None,
        first_difference=difference,
        steps=len(batches.steps),
        batch=batches.size,
        stock=measured[0],
        optimized=measured[1],
        models=(model, rewritten),
        timelines=timelines,
        dims=dims,
        traces=traces,
    )


def _data_names(both: tuple[Subject, Subject], folder: pathlib.Path) -> list[str]:
    stock, optimized = (run_in_child("inputs", [subject], folder) for subject in both)
    if set(stock) != set(optimized):
        raise BadInputError(
            f"{both[0].graph} and {both[1].graph} take different data: "
            f"{', '.join(stock)} against {', '.join(optimized)}"
        )
    return list(stock)


def _difference(
    both: tuple[Subject, Subject], folder: pathlib.Path, batches: pathlib.Path, stages: Stages
) -> str | None:
    stock, optimized = (
        as_digests(
            run_in_child("digests", [subject], folder, tell=stages.run(index, 2), batches=str(batches))
        )
        for index, subject in enumerate(both)
    )
    found = first_difference(stock, optimized)
    if found is None:
        return None
    step, name = found
    tensors = []
    for index, subject in enumerate(both):
        out = folder / f"tensor{index}.npy"
        details: dict[str, Any] = {"batches": str(batches), "step": step, "name": name, "out": str(out)}
        has_it = run_in_child("tensor", [subject], folder, **details)
        tensors.append(np.load(out) if has_it else None)
    return describe_difference(step, name, *tensors)


def _measure(
    both: tuple[Subject, Subject],
    predicted: list[int],
    folder: pathlib.Path,
    batches: pathlib.Path,
    stages: Stages,
) -> list[Measured]:
    def apart(deed: str) -> list[Any]:
        return [
            run_in_child(deed, [subject], folder, tell=stages.run(index, 2), batches=str(batches))
            for index, subject in enumerate(both)
        ]

    def together(threads: int | None) -> Any:
        return run_in_child(
            "times", list(both), folder, tell=stages.run(), batches=str(batches), threads=threads
        )

    stages.begin("measuring the peak")
    peaks = apart("peak")
    stages.begin("measuring resident memory")
    growths = apart("resident")
    stages.begin("timing with one thread")
    single = together(threads=1)
    stages.begin("timing with all threads")
    default = together(threads=None)
    return [
        Measured(peak, expected, growth, clock, clock_1_thread, cpu_1_thread)
        for peak, expected, growth, (clock, _), (clock_1_thread, cpu_1_thread) in zip(
            peaks, predicted, growths, default, single, strict=True
        )
    ]


def _traces(
    both: tuple[Subject, Subject], folder: pathlib.Path, batches: pathlib.Path, stages: Stages
) -> tuple[Trace, Trace]:
    stages.begin("measuring node by node")
    stock, optimized = (
        Trace(**run_in_child("trace", [subject], folder, tell=stages.run(index, 2), batches=str(batches)))
        for index, subject in enumerate(both)
    )
    return stock, optimized
