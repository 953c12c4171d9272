"""The file of a profile: what is written is read, and damage is told in one line."""

import json

import pytest

from bitgraph.errors import BadInputError
from bitgraph.profiling import check_profile_out, read_profile, write_profile


def test_round_trip(profile, tmp_path):
    file = tmp_path / "p.json"
    write_profile(profile, file)
    assert read_profile(file) == profile
    write_profile(profile, file)
    assert [path.name for path in tmp_path.iterdir()] == ["p.json"]


def test_unknown_fields_are_left_for_later_versions(profile, tmp_path):
    file = tmp_path / "p.json"
    file.write_text(json.dumps({**profile.to_json(), "humidity": 0.4}))
    assert read_profile(file) == profile


def without(key):
    return lambda data: data.pop(key)


def tensor(**changes):
    return lambda data: data["tensors"][0].update(changes)


def top(**changes):
    return lambda data: data.update(changes)


DAMAGES = {
    "another format": (top(format="chrome trace"), "is not a profile"),
    "a later version": (top(version=2), "version 2"),
    "no tensors": (without("tensors"), "'tensors'"),
    "tensors of another kind": (top(tensors=3), "damaged"),
    "a tensor without a name": (lambda data: data["tensors"][0].pop("name"), "'name'"),
    "more zeros than elements": (tensor(zeros={"mean": 1.5, "min": 0, "max": 2}), "1.5"),
    "NaN": (tensor(zeros={"mean": float("nan"), "min": 0, "max": 1}), "nan"),
    "mean below min": (tensor(zeros={"mean": 0.1, "min": 0.2, "max": 0.3}), "0.1"),
    "a negative dim": (tensor(shape=[4, -1]), "-1"),
    "a dim in words": (top(dims={"N": "eight"}), "eight"),
    "no batch": (top(batch=0), "batch"),
    "endless step": (top(step_seconds=float("inf")), "inf"),
}


@pytest.mark.parametrize(("damage", "named"), DAMAGES.values(), ids=DAMAGES)
def test_damage(profile, tmp_path, damage, named):
    data = profile.to_json()
    damage(data := json.loads(json.dumps(data)))
    file = tmp_path / "p.json"
    file.write_text(json.dumps(data))
    with pytest.raises(BadInputError, match=r"p\.json") as raised:
        read_profile(file)
    assert named in str(raised.value)


@pytest.mark.parametrize("text", ["", "not JSON", "[1, 2]", "[" * 100_000])
def test_not_a_profile(tmp_path, text):
    file = tmp_path / "p.json"
    file.write_text(text)
    with pytest.raises(BadInputError, match="is not a profile"):
        read_profile(file)
    with pytest.raises(BadInputError, match="exists and is no profile"):
        check_profile_out(file)
