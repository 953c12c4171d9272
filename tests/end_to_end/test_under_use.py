"""Artifacts of one net as people use them: side by side, from threads, saved, converted, exported."""

import dataclasses
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from snapshot import snapshot
from zoo.artifacts import write_artifacts
from zoo.layers import batch_norm, conv, linear
from zoo.net import Net, NetBuilder

import bitgraph
from bitgraph.domain import DOMAIN
from bitgraph.measure.data import make_batches
from bitgraph.measure.module_runner import ModuleRunner
from bitgraph.measure.open_subject import open_subject
from bitgraph.measure.runner import Batch
from bitgraph.runtime.training import api

BATCH, STEPS = 8, 2
THREADS = 10


def net() -> Net:
    build = NetBuilder("used")
    x = build.input("input", (3, 16, 16))
    x = build.node("Relu", [batch_norm(build, conv(build, x, "conv1", (3, 16), 3), "norm1", 16)], "relu1")
    x = build.node("MaxPool", [x], "pool", kernel_shape=[2, 2], strides=[2, 2])
    x = build.node("Relu", [conv(build, x, "conv2", (16, 16), 3)], "relu2")
    x = build.node("Flatten", [build.node("GlobalAveragePool", [x], "average")], "features")
    return build.build(linear(build, x, "classifier", (16, 5)), (5,), batch=BATCH)


@dataclasses.dataclass(frozen=True)
class Used:
    stock: pathlib.Path
    optimized: pathlib.Path
    again: pathlib.Path
    batches: list[Batch]
    expected: list[dict[str, bytes]]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Used:
    """Stock artifacts, and what two commands that ran at the same time made of them."""
    folder = tmp_path_factory.mktemp("used")
    write_artifacts(net(), folder / "stock", optimizer="adamw")
    command = [sys.executable, "-m", "bitgraph", "optimize", "stock", "--ort", "--quiet", "-o"]
    runs = [
        subprocess.Popen(
            [*command, out],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONSAFEPATH": "1"},
        )
        for out in ("optimized", "again")
    ]
    printed = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], printed
    _, model = open_subject(folder / "stock")
    batches = list(make_batches(model, ["input", "labels"], batch=BATCH, steps=STEPS).steps)
    places = [folder / name for name in ("stock", "optimized", "again")]
    return Used(*places, batches, steps(opened(folder / "stock"), batches))


def opened(folder: pathlib.Path, suffix: str = ".onnx") -> ModuleRunner:
    subject, _ = open_subject(folder)
    assert subject.optimizer is not None
    graph, optimizer = (str(pathlib.Path(p).with_suffix(suffix)) for p in (subject.graph, subject.optimizer))
    return ModuleRunner(dataclasses.replace(subject, graph=graph, optimizer=optimizer), options())


def options() -> onnxruntime.SessionOptions:
    """With one thread: with more, ONNX Runtime itself does not always repeat its last digit."""
    one_thread = bitgraph.session_options()
    one_thread.intra_op_num_threads = 1
    return one_thread


def step(runner: ModuleRunner, batch: Batch) -> dict[str, bytes]:
    """The loss, the gradients and the parameters after a step."""
    tensors = {f"output {name}": array for name, array in runner.train(batch).items()}
    tensors |= {f"gradient {name}": array for name, array in runner.gradients()}
    runner.update()
    tensors |= {f"parameter {name}": array for name, array in runner.parameters()}
    return {name: np.asarray(array).tobytes() for name, array in tensors.items()}


def steps(runner: ModuleRunner, batches: list[Batch]) -> list[dict[str, bytes]]:
    return [step(runner, batch) for batch in batches]


def operators_of_ours(path: pathlib.Path) -> set[str]:
    return {node.op_type for node in onnx.load(path).graph.node if node.domain == DOMAIN}


def test_two_commands_at_a_time_write_the_same(used: Used) -> None:
    one, other = (
        # ONNX Runtime's converter does not repeat the order of its tables: see test_ort_format.
        {name: content for name, content in snapshot(place).items() if not name.endswith(".ort")}
        for place in (used.optimized, used.again)
    )
    assert set(one) == {"checkpoint", "eval_model.onnx", "optimizer_model.onnx", "training_model.onnx"}
    assert one == other
    assert operators_of_ours(used.optimized / "training_model.onnx")


def test_sessions_side_by_side(used: Used) -> None:
    runners = [opened(place) for place in (used.stock, used.optimized, used.again)]
    for batch, expected in zip(used.batches, used.expected, strict=True):
        assert [step(runner, batch) == expected for runner in runners] == [True] * 3


def test_a_module_in_each_of_ten_threads(used: Used) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda _: steps(opened(used.optimized), used.batches), range(THREADS)))
    assert [each == used.expected for each in found] == [True] * THREADS


def test_ort_format(used: Used) -> None:
    names = {path.name for path in used.optimized.glob("*.ort")}
    assert names == {"training_model.ort", "eval_model.ort", "optimizer_model.ort"}
    for place in (used.optimized, used.again):
        assert steps(opened(place, ".ort"), used.batches) == used.expected


def test_training_and_evaluation_in_turn(used: Used) -> None:
    def losses(place: pathlib.Path) -> list[bytes]:
        state = api.CheckpointState.load_checkpoint(place / "checkpoint")
        evaluation = place / "eval_model.onnx"
        module = api.Module(place / "training_model.onnx", state, evaluation, session_options=options())
        optimizer = api.Optimizer(place / "optimizer_model.onnx", module)
        found = []
        for batch in used.batches:
            for mode in (module.train, module.eval):
                mode()
                found.append(np.asarray(module(*batch.values())).tobytes())
            module.train()
            optimizer.step()
            module.lazy_reset_grad()
        return found

    found = losses(used.optimized)
    assert found == losses(used.stock)
    assert len(set(found)) == 2 * STEPS


def test_a_checkpoint_goes_from_one_to_the_other_and_back(used: Used, tmp_path: pathlib.Path) -> None:
    saved = used.stock / "checkpoint"
    for count, place in enumerate((used.optimized, used.stock, used.optimized)):
        state = api.CheckpointState.load_checkpoint(saved)
        module = api.Module(place / "training_model.onnx", state, session_options=options())
        optimizer = api.Optimizer(place / "optimizer_model.onnx", module)
        module(*used.batches[count % STEPS].values())
        optimizer.step()
        module.lazy_reset_grad()
        saved = tmp_path / f"checkpoint{count}"
        api.CheckpointState.save_checkpoint(state, saved, include_optimizer_state=True)
    stock = opened(used.stock)
    last = steps(stock, [*used.batches, used.batches[0]])[-1]
    for name, parameter in api.CheckpointState.load_checkpoint(saved).parameters:
        assert parameter.data.tobytes() == last[f"parameter {name}"], name


def test_exported_model_needs_no_library(used: Used, tmp_path: pathlib.Path) -> None:
    def scores(place: pathlib.Path) -> bytes:
        state = api.CheckpointState.load_checkpoint(place / "checkpoint")
        evaluation, exported = place / "eval_model.onnx", tmp_path / f"{place.name}.onnx"
        module = api.Module(place / "training_model.onnx", state, evaluation, session_options=options())
        module.export_model_for_inferencing(exported, [net().model.graph.output[0].name])
        assert not operators_of_ours(exported)
        session = onnxruntime.InferenceSession(exported)
        results: list[Any] = session.run(None, {"input": used.batches[0]["input"]})
        return bytes(results[0].tobytes())

    assert scores(used.optimized) == scores(used.stock)
