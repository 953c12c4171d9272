"""A gradient of a convolution takes one dense tensor less and has the same bits."""

import onnx_ir as ir
import pytest
from zoo.artifacts import write_artifacts
from zoo.layers import conv, linear
from zoo.net import NetBuilder

import bitgraph
from bitgraph import files, passes
from bitgraph.graph.peak import predict
from bitgraph.graph.step import Step
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject, with_same_parameters
from bitgraph.plan.decide import make_plan

BATCH = 16
TENSOR = BATCH * 16 * 48 * 48 * 4
SLACK = 64 * 1024  # what the runtime itself allocates within a step


@pytest.fixture(scope="module")
def step(tmp_path_factory):
    """Run a net as it came or optimized: three convolutions of one size, whose gradients are the peak."""
    folder = tmp_path_factory.mktemp("convolutions")
    build = NetBuilder("convolutions")
    x = build.input("input", (3, 48, 48))
    for number, channels in enumerate((3, 16, 16)):
        bias = number == 1
        x = build.node(
            "Relu", [conv(build, x, f"conv{number}", (channels, 16), 3, bias=bias)], f"relu{number}"
        )
    x = build.node("Flatten", [build.node("GlobalAveragePool", [x], "average")], "features")
    write_artifacts(build.build(linear(build, x, "classifier", (16, 5)), (5,), batch=BATCH), folder / "stock")
    loaded = files.load(folder / "stock")
    optimized = loaded.model.clone()
    _hold_and_convolve_in_place(optimized, bitgraph.Config(batch=BATCH))
    files.save(loaded, optimized, folder / "optimized")

    (stock, model), (rewritten, _) = open_subject(folder / "stock"), open_subject(folder / "optimized")
    stock, rewritten = with_same_parameters(stock, rewritten)
    subjects = {"stock": stock, "optimized": rewritten}
    save_batches(make_batches(model, ["input", "labels"], batch=BATCH, steps=2).steps, folder / "batches.npz")

    def run(deed, name):
        return run_in_child(deed, [subjects[name]], folder, batches=str(folder / "batches.npz"), threads=None)

    return run, predict(optimized, BATCH)


def _hold_and_convolve_in_place(model, config):
    """Do what optimize does, but for gradients by samples: those need no tensor of their own in any case."""
    plan = make_plan(model, config, Step(model, config))
    ir.passes.Sequential(
        passes.HoldBitmapsPass(plan),
        passes.HoldMasksPass(plan),
        passes.ConvolveInPlacePass(config),
        passes.SeparateBuffersPass(config),
    )(model)


def test_same_bits_and_the_predicted_peak(step):
    run, timeline = step
    assert timeline.holder.op_type in {"ConvGradHeld", "ConvGradInPlace"}
    assert run("digests", "optimized") == run("digests", "stock")
    assert abs(run("peak", "optimized") - timeline.peak) < 0.02 * timeline.peak + SLACK


def test_a_failed_probe_costs_a_tensor_and_no_bits(step, monkeypatch):
    run, _ = step
    peak = run("peak", "optimized")
    monkeypatch.setenv("BITGRAPH_FAIL_PROBE", "conv_grad_in_place")
    assert run("digests", "optimized") == run("digests", "stock")
    assert abs(run("peak", "optimized") - peak - TENSOR) < SLACK
