"""What the planner makes of a profile."""

import dataclasses

import pytest
from profiles import DENSE, relu_graph, relu_profile

import bitgraph
from bitgraph.errors import BadInputError
from bitgraph.graph.sizes import HEADER_BYTES
from bitgraph.plan.decide import make_plan

BITS = HEADER_BYTES + DENSE // 4 // 8


def stash(profile, **options):
    plan = make_plan(relu_graph(), bitgraph.Config(profile=profile, **options))
    return next(decision for decision in plan.decisions if decision.stash.value.name == "y")


@pytest.mark.parametrize("mean", [0.5, 0.9, 1.0])
def test_expected_bytes_follow_the_profile(mean):
    found = stash(relu_profile(mean))
    mask = BITS
    assert found.dense_bytes == DENSE
    assert found.expected_bytes == BITS + round(DENSE * (1 - mean)) + mask
    assert f"{mean:.1%} zeros were measured" in found.reason


def test_hardly_any_zeros_are_refused():
    found = stash(relu_profile(0.012))
    assert found.encoding == "keep"
    assert "1.2% zeros were measured (0.6% to 1.5%)" in found.reason


def test_without_masks_all_readers_take_the_values():
    found = stash(relu_profile(0.9), only=frozenset({"bitmap"}))
    (form,) = found.forms
    assert form.encoding == "bitmap"
    assert {use.node.op_type for use in form.uses} == {"ConvGrad", "ReluGrad"}


def test_what_the_profile_does_not_know_is_assumed():
    profile = relu_profile(0.9)
    other = dataclasses.replace(profile.tensors[0], name="x0", op_type="Neg")
    found = stash(dataclasses.replace(profile, tensors=(other,)))
    assert "50% zeros are expected" in found.reason


def test_batch_is_the_profiles_unless_one_is_given():
    profile = dataclasses.replace(relu_profile(0.9), dims={"N": 24})
    assert stash(profile).dense_bytes == 3 * DENSE
    assert stash(profile, batch=16).dense_bytes == 2 * DENSE


CONTRADICTIONS = {
    "no name in common": ({"name": "elsewhere"}, "none of its 1 tensors"),
    "another operator": ({"op_type": "Clip"}, "made by Clip in the profile and by Relu here"),
    "another type": ({"dtype": "float16"}, "float16 in the profile and float32 here"),
    "another rank": ({"shape": (8, 16)}, r"\[8, 16\] in the profile"),
    "another image": ({"shape": (8, 16, 64, 64)}, r"\[8, 16, 64, 64\] in the profile"),
}


@pytest.mark.parametrize(("changes", "named"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_profile_of_another_graph(changes, named):
    profile = relu_profile(0.9, **changes)
    with pytest.raises(BadInputError, match=named):
        bitgraph.inspect(relu_graph(), bitgraph.Config(profile=profile))
