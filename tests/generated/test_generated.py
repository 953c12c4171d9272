"""Nets that nobody wrote: 200 of them, and those that broke a law once."""

import pathlib

import pytest
from generated.cases import load_case
from generated.draws import draw
from generated.judges import Judge, judge_all
from generated.verdict import LAWS

COUNT = 200
CASES = pathlib.Path(__file__).with_name("cases")


@pytest.fixture(scope="module")
def judged():
    nets = draw(COUNT, number=0)
    return list(zip(nets, judge_all(nets), strict=True))


@pytest.mark.parametrize("law", LAWS)
def test_law_holds_on_every_net(judged, law):
    broken = [f"{verdict.broken[law]}: {recipe}" for recipe, verdict in judged if law in verdict.broken]
    assert not broken, f"{len(broken)} of {len(judged)} nets, the first: {broken[0]}"


def test_most_nets_are_trainable_and_many_are_rewritten(judged):
    verdicts = [verdict for _, verdict in judged]
    assert sum(not verdict.untrainable for verdict in verdicts) > 0.9 * len(verdicts)
    assert sum(bool(verdict.rewritten) for verdict in verdicts) > 0.2 * len(verdicts)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.onnx")), ids=lambda path: path.stem)
def test_what_was_mended_stays_mended(path):
    recipe, _ = load_case(path)
    with Judge() as judge:
        verdict = judge(recipe)
    assert not verdict.untrainable
    assert not verdict.broken
