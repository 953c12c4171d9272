"""What is drawn of a step is the step that was predicted."""

import pytest

from bitgraph.graph.peak import predict
from bitgraph.pictures.floor import floor_of
from bitgraph.pictures.memory import KINDS, memory_of, most_telling


@pytest.fixture(params=["stock", "optimized"])
def timeline(request, model, optimized, config):
    return predict(model if request.param == "stock" else optimized.model, config.batch)


def test_bands_lie_on_each_other_up_to_the_live_bytes(timeline):
    memory = memory_of("x", timeline, 10, most_telling([timeline]))
    assert memory.live == timeline.live
    assert memory.peak == timeline.peak > 0
    assert all(bytes_ >= 0 for band in memory.bands for bytes_ in band.live)


def test_tensors_make_up_the_bands(timeline):
    memory = memory_of("x", timeline, 10, most_telling([timeline]))
    for place in range(len(memory.nodes)):
        alive = [each for each in memory.tensors if each.born <= place <= each.dies]
        for index, band in enumerate(memory.bands):
            if band.kind != "scratch":
                assert sum(each.nbytes for each in alive if each.band == index) == band.live[place]


def test_tensors_with_a_color_are_the_largest_at_the_peak(timeline):
    at = timeline.live.index(timeline.peak)
    sizes = {str(b.values[0].name): b.nbytes for b in timeline.buffers if b.born <= at <= b.dies}
    named = most_telling([timeline])
    assert len(named) == min(8, len(sizes))
    assert sorted((sizes[name] for name in named), reverse=True) == sorted(sizes.values(), reverse=True)[:8]


def test_a_tensor_may_be_called_like_a_kind_of_band(timeline):
    first = timeline.buffers[0].values[0]
    name, first.name = first.name, "scratch"
    try:
        memory = memory_of("x", timeline, 10, ["scratch"])
    finally:
        first.name = name
    assert [band.kind for band in memory.bands] == ["tensor", *KINDS]
    assert memory.live == timeline.live


def test_floor_is_the_largest_working_set(timeline):
    node, nbytes = floor_of(timeline)
    assert nbytes == timeline.working_set(node) == max(map(timeline.working_set, timeline.order))
