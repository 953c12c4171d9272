"""What optimizing keeps on every net, checked in this process with real steps."""

import pathlib
from collections.abc import Callable
from typing import Any

import onnx_ir as ir

import bitgraph
from bitgraph import domain, files
from bitgraph.files.forward import prepare_forward
from bitgraph.files.parameters import find_parameters
from bitgraph.graph.faults import fault_notes
from bitgraph.graph.peak import predict
from bitgraph.measure.as_loaded import ask_runtime
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject
from bitgraph.runtime.training import api, artifacts
from generated.steps import Steps, difference, run_steps
from generated.verdict import Verdict

STEPS = 2
SLACK = 64 * 1024
"""What the runtime itself allocates within a step; these nets are small enough for it to show."""

KNOWN, ASSUMED = 0.03, 0.10
"""How far the peak may lie from its prediction: without, and with assumed sparsity."""


def judge(order: dict[str, Any], folder: pathlib.Path, phase: Callable[[str], None]) -> Verdict:
    """Judge one net.

    Args:
        order: Path of the forward model, optimizer, and the parameters that are frozen, as bits.
        folder: An empty directory to work in.
        phase: Told what is done next, for the case that it ends the process.
    """
    phase("artifacts")
    try:
        stock = _make_artifacts(order, folder / "stock")
        loaded = files.load(stock)
        if notes := fault_notes(loaded.model.graph):
            return Verdict(notes[0])
        subject, _ = open_subject(stock)
        module = api.Module(subject.graph, api.CheckpointState.load_checkpoint(subject.checkpoint))
        batches = make_batches(loaded.model, module.input_names(), steps=STEPS).steps
        before = run_steps(subject, batches, fill=0x11)
        again = run_steps(subject, batches, fill=0xEE)
    except Exception as error:  # whatever ONNX Runtime raises: it has one type for all
        return Verdict(" ".join(str(error).split())[-300:] or type(error).__name__)
    if found := difference(before, again):
        return Verdict(f"stock does not repeat itself: {found}")
    phase("optimize")
    broken: dict[str, str | None] = {}
    source = _bytes(loaded.model)
    outcome = bitgraph.optimize(loaded.model)
    broken["input"] = None if _bytes(loaded.model) == source else "the model that was given has changed"
    files.save(loaded, outcome.model, folder / "optimized")
    broken["idempotence"] = _not_idempotent(folder / "optimized")
    phase("steps")
    optimized, model = open_subject(folder / "optimized")
    after = run_steps(optimized, batches, fill=0xEE)
    broken["bits"] = difference(before, after)
    if after.peak > before.peak + SLACK // 16:
        broken["peak"] = f"from {before.peak} to {after.peak} bytes"
    broken["prediction"] = _far_off("stock", before, loaded.model, KNOWN) or _far_off(
        "optimized", after, model, ASSUMED
    )
    found_broken = {law: found for law, found in broken.items() if found}
    rewritten = sum(node.domain == domain.DOMAIN for node in model.graph)
    return Verdict("", found_broken, rewritten, (before.peak, after.peak))


def _make_artifacts(order: dict[str, Any], directory: pathlib.Path) -> pathlib.Path:
    """Make artifacts in this process; the frozen parameters live in the checkpoint too."""
    model = prepare_forward(pathlib.Path(order["forward"]), None, labels_by_class=True)
    parameters = find_parameters(model)
    # Never the last one: with nothing to train there is no training graph.
    frozen = [name for bit, name in enumerate(parameters.trained[:-1]) if order["frozen"] >> bit & 1]
    trained = [name for name in parameters.trained if name not in frozen]
    directory.mkdir()
    artifacts.generate_artifacts(
        model,
        requires_grad=trained,
        frozen_params=parameters.frozen + frozen,
        loss=artifacts.LossType.CrossEntropyLoss,
        optimizer=artifacts.OptimType[{"sgd": "SGD", "adamw": "AdamW"}[order["optimizer"]]],
        artifact_directory=directory,
    )
    return directory


def _not_idempotent(directory: pathlib.Path) -> str | None:
    loaded = files.load(directory)
    again = bitgraph.optimize(loaded.model)
    if not again.report.already_optimized:
        return "the result is not known as optimized"
    return None if _bytes(again.model) == _bytes(loaded.model) else "optimizing the result changed it"


def _bytes(model: ir.Model) -> bytes:
    return ir.to_proto(model).SerializeToString(deterministic=True)


def _far_off(what: str, steps: Steps, model: ir.Model, bound: float) -> str | None:
    """Whether the prediction is off, as ``compare`` makes it: from the graph that the runtime has at load.

    The runtime is asked only where the file alone does not tell: that takes a process.
    """
    expected = predict(model).peak
    if _is_near(expected, steps, bound):
        return None
    told = ask_runtime([model])
    if told is not None and _is_near(told.timelines()[0].peak, steps, bound):
        return None
    return f"{what}: {expected} bytes predicted, {steps.peak} measured"


def _is_near(expected: int, steps: Steps, bound: float) -> bool:
    return abs(steps.peak - expected) <= bound * steps.peak + SLACK
