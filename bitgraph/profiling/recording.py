"""Steps a training graph and records what it showed."""

import dataclasses
import os
import pathlib
import tempfile
from collections.abc import Mapping
from typing import Any

import onnx_ir as ir

from bitgraph import domain, files
from bitgraph.config import Config
from bitgraph.errors import BadInputError
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import Batches, bound_dims, make_batches
from bitgraph.measure.open_subject import open_subject
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import Progress, Stages, Tell
from bitgraph.profiling.profile import Profile
from bitgraph.profiling.summing_up import node_profiles, seconds_of, tensor_profiles

Path = str | os.PathLike[str]


def record(
    model: Path,
    *,
    data: Path | None = None,
    batch: int | None = None,
    steps: int | None = None,
    loss_output: str | None = None,
    levels: bool = False,
    progress: Progress | None = None,
) -> Profile:
    """Run some steps in a fresh process, the zeros of each stash counted as it is made.

    The steps are those of a trainer: with the checkpoint and the optimizer of a directory, else
    with seeded random parameters. Nothing but the counts leaves a step, so that it needs the
    memory it always needs.

    Args:
        model: Artifact directory or training graph, as it was before ``optimize``.
        data: NPZ file with an array for each data input; seeded random data if absent.
        batch: Samples in a step; if absent, what the model says, else 8.
        steps: How many; if absent 5, or as many as there is data for.
        loss_output: Name of the graph output that is the loss, when it cannot be found.
        levels: Whether to record the levels of the ReLUs, too, which pruning takes its thresholds from; a
            sample of some ten thousand values of each leaves the step then.
        progress: Called as it goes on, with what is done, its parts done, and how many there are.

    Raises:
        BadInputError: The model cannot be run, is optimized already, or data and model do not fit.
    """
    from bitgraph.passes.sample_activations import SampleActivationsPass

    stages = Stages(progress, 2)
    stages.begin("reading the graph")
    subject, graph = open_subject(model)
    if domain.METADATA_KEY in graph.metadata_props:
        raise BadInputError(f"{model}: is optimized already; profile the graph it was made from")
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as name:
        folder = pathlib.Path(name)
        names = run_in_child("inputs", [subject], folder)
        batches = make_batches(graph, names, data=data, batch=batch, steps=steps)
        dims = bound_dims(graph, batches.steps[0])
        loaded = files.load(model)
        sampled = SampleActivationsPass(Config(batch=batches.size, loss_output=loss_output), dims)
        if levels:
            sampled(loaded.model)
        counted, counting = _with_counts(loaded, subject, loss_output, folder)
        stages.begin("running steps")
        found = _run(counted, subject, batches, sampled.names, folder, stages.run())
    return Profile(
        model=str(model),
        data=None if data is None else str(data),
        batch=batches.size,
        steps=len(batches.steps),
        step_seconds=seconds_of(found),
        counting_seconds=sum(node.seconds for node in node_profiles(found, counting=True)),
        dims=dims,
        tensors=tensor_profiles(found, counting),
        nodes=node_profiles(found, counting=False),
    )


def _with_counts(
    loaded: files.Loaded, subject: Subject, loss_output: str | None, folder: pathlib.Path
) -> tuple[Subject, list[ir.Node]]:
    """Write the graph with counts as outputs; give it, and the nodes that count."""
    from bitgraph.passes.count_zeros import CountZerosPass

    CountZerosPass(Config(loss_output=loss_output))(loaded.model)
    counted = folder / "counted.onnx"
    # As a file of its own: checkpoint and optimizer are read where they are.
    files.save(dataclasses.replace(loaded, directory=None), loaded.model, counted)
    counting = [node for node in loaded.model.graph if node.op_type == domain.COUNT_ZEROS]
    return dataclasses.replace(subject, graph=str(counted), register=True), counting


def _run(
    counted: Subject,
    subject: Subject,
    batches: Batches,
    samples: Mapping[str, str],
    folder: pathlib.Path,
    tell: Tell,
) -> dict[str, Any]:
    file = folder / "batches.npz"
    save_batches(batches.steps, file)
    try:
        found: dict[str, Any] = run_in_child(
            "profile", [counted], folder, tell=tell, batches=str(file), samples=dict(samples)
        )
    except BadInputError as error:
        raise BadInputError(str(error).replace(counted.graph, subject.graph)) from error
    return found
