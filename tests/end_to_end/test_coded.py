"""Coding alone: the same bits, and the peak falls by what the planner's table says."""

import pytest
from zoo.artifacts import write_artifacts
from zoo.layers import conv, linear
from zoo.net import NetBuilder

import bitgraph
from bitgraph import files
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject, with_same_parameters

BATCH = 16


@pytest.fixture(scope="module")
def step(tmp_path_factory):
    """Run a net of convolutions and tanh, whose stashes have no zeros, as it came or coded."""
    folder = tmp_path_factory.mktemp("coded")
    build = NetBuilder("coded")
    x = build.input("input", (3, 32, 32))
    for number, channels in enumerate((3, 16, 16, 16, 16, 16)):
        x = build.node("Tanh", [conv(build, x, f"conv{number}", (channels, 16), 3)], f"tanh{number}")
    x = build.node("Flatten", [build.node("GlobalAveragePool", [x], "average")], "features")
    write_artifacts(build.build(linear(build, x, "classifier", (16, 5)), (5,), batch=BATCH), folder / "stock")
    loaded = files.load(folder / "stock")
    coded = bitgraph.Config(batch=BATCH, only=frozenset({"coded"}), budget=bitgraph.Budget())
    done = bitgraph.optimize(loaded.model, coded)
    files.save(loaded, done.model, folder / "optimized")

    (stock, model), (rewritten, _) = open_subject(folder / "stock"), open_subject(folder / "optimized")
    stock, rewritten = with_same_parameters(stock, rewritten)
    subjects = {"stock": stock, "optimized": rewritten}
    save_batches(make_batches(model, ["input", "labels"], batch=BATCH, steps=2).steps, folder / "batches.npz")

    def run(deed, name):
        return run_in_child(deed, [subjects[name]], folder, batches=str(folder / "batches.npz"), threads=None)

    return run, done


def test_same_bits_and_the_predicted_peak(step):
    run, done = step
    coded = [stash for stash in done.report.stashes if stash.encoding == "coded"]
    assert len(coded) >= 4, [(stash.name, stash.encoding, stash.reason) for stash in done.report.stashes]
    assert run("digests", "optimized") == run("digests", "stock")
    claimed = done.report.peak_after / done.report.peak_before
    assert claimed < 0.97
    assert abs(run("peak", "optimized") / run("peak", "stock") - claimed) < 0.02
