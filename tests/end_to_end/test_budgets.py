"""Budgets asked for are kept by real steps, with the same bits, and what cannot be kept is said."""

import pytest
from zoo.artifacts import write_artifacts
from zoo.layers import batch_norm, conv, linear
from zoo.net import NetBuilder

import bitgraph
from bitgraph import files
from bitgraph.measure import compare

BATCH = 8
SLACK = 64 * 1024  # what the runtime itself allocates within a step


def net():
    """Five convolutions of several kinds of cost, with norms and activations between them."""
    build = NetBuilder("budgets")
    x = build.input("input", (3, 32, 32))
    x = conv(build, x, "conv0", (3, 32), 1, bias=True)
    for number in range(1, 5):
        y = conv(build, x, f"conv{number}", (32, 32), 1 if number % 2 else 3)
        y = batch_norm(build, y, f"norm{number}", 32)
        x = build.node("Add", [build.node("Relu", [y], f"relu{number}"), x], f"sum{number}")
    x = build.node("Flatten", [build.node("GlobalAveragePool", [x], "average")], "features")
    return build.build(linear(build, x, "classifier", (32, 5)), (5,), batch=BATCH)


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    folder = tmp_path_factory.mktemp("budgets") / "stock"
    write_artifacts(net(), folder)
    return folder


@pytest.fixture(scope="module")
def front(stock):
    return bitgraph.pareto(stock, bitgraph.Config(batch=BATCH))


def test_front_falls_from_stock(front):
    peaks = [point.peak_bytes for point in front]
    assert peaks == sorted(peaks, reverse=True)
    assert len(peaks) >= 4
    times = [point.time_ratio for point in front]
    assert times == sorted(times)


@pytest.mark.parametrize("place", [1, 2, -1])
def test_budget_is_kept(stock, front, tmp_path, place):
    asked = front[place].peak_bytes
    loaded = files.load(stock)
    outcome = bitgraph.optimize(loaded.model, bitgraph.Config(batch=BATCH, budget=bitgraph.Budget(asked)))
    assert outcome.report.peak_after <= asked
    files.save(loaded, outcome.model, tmp_path / "optimized")
    found = compare(stock, tmp_path / "optimized", batch=BATCH, steps=2)
    assert found.identical, found.first_difference
    assert found.optimized.peak_bytes <= 1.01 * asked + SLACK


def test_smallest_keeps_a_time_limit(stock):
    config = bitgraph.Config(batch=BATCH, budget=bitgraph.Budget(), time_limit=1.1)
    limited = bitgraph.inspect(stock, config)
    free = bitgraph.inspect(stock, bitgraph.Config(batch=BATCH, budget=bitgraph.Budget(), time_limit=100.0))
    assert limited.time_ratio <= 1.1
    assert free.peak_after <= limited.peak_after


def test_unreachable_budget_names_the_smallest_and_what_holds_it(stock):
    with pytest.raises(
        bitgraph.PromiseError, match=r"1000 bytes cannot be reached.*smallest is \d+.*held by"
    ):
        bitgraph.inspect(stock, bitgraph.Config(batch=BATCH, budget=bitgraph.Budget(1000)))


def test_report_names_what_lost_and_what_holds_the_peak(stock):
    report = bitgraph.inspect(stock, bitgraph.Config(batch=BATCH))
    lost = {entry["encoding"] for stash in report.stashes for entry in stash.alternatives}
    assert {"keep", "recompute"} <= lost
    assert 0 < report.holder.own_bytes <= report.holder.bytes == report.peak_after
