"""What ``--json`` prints, against the schemas: the keys, their types and their order."""

import dataclasses
import json
import pathlib

import jsonschema
import pytest
from click.testing import CliRunner
from small_net import small_artifacts

from bitgraph import files
from bitgraph.calibration import Calibration
from bitgraph.cli.commands import commands
from bitgraph.config import FORMS
from bitgraph.doctor import Examination
from bitgraph.graph.peak import predict
from bitgraph.measure import Comparison, Measured
from bitgraph.rates import Rates

SCHEMAS = pathlib.Path(__file__).parents[2] / "docs/schemas"
CALIBRATION = Calibration("a processor", "2026-01-31", Rates())
EXAMINATION = Examination(
    "1",
    "2",
    "3",
    None,
    False,
    {"avx2": "in use"},
    None,
    False,
    True,
    False,
    None,
    {"Dropout": True},
    "another",
    2,
    None,
    CALIBRATION,
    ("no",),
)


def check(found, name):
    """Check ``found`` against a schema, and the order of its keys."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    check_order(found, schema)


def check_order(found, schema):
    for choice in schema.get("anyOf", []):
        if found is not None and "properties" in choice:
            check_order(found, choice)
    if isinstance(found, dict) and "properties" in schema:
        assert list(found) == list(schema["properties"])
        for key, value in found.items():
            check_order(value, schema["properties"][key])
    for each in found if isinstance(found, list) and "items" in schema else []:
        check_order(each, schema["items"])


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return small_artifacts(tmp_path_factory.mktemp("schemas") / "small")


def printed(*arguments):
    return json.loads(CliRunner().invoke(commands, list(map(str, arguments)), catch_exceptions=False).stdout)


def test_report(directory):
    found = printed("inspect", directory, "--batch", 256, "--json")
    check(found, "report")
    assert any(stash["alternatives"] for stash in found["stashes"])
    assert found == printed("optimize", directory, "--batch", 256, "--dry-run", "--json")


def test_report_knows_each_form():
    schema = json.loads((SCHEMAS / "report.schema.json").read_text())
    entry = schema["properties"]["stashes"]["items"]["properties"]
    for found in (entry, entry["alternatives"]["items"]["properties"]):
        assert set(found["encoding"]["enum"]) == FORMS | {"keep"}


def test_pareto(directory):
    check(printed("optimize", directory, "--pareto", "--batch", 256, "--json"), "pareto")


def test_library():
    check(printed("library", "--json"), "library")


@pytest.mark.parametrize("peak", [5, None])
def test_comparison(directory, peak):
    model = files.load(directory).model
    timeline = predict(model, 4)
    measured = Measured(peak, 4, peak, 0.5, 0.25, 0.125)
    result = Comparison(True, None, 2, 4, measured, measured, (model, model), (timeline, timeline), {})
    check(json.loads(json.dumps(result.to_json())), "comparison")


@pytest.mark.parametrize("calibration", [CALIBRATION, None])
def test_doctor(calibration):
    found = dataclasses.replace(EXAMINATION, calibration=calibration)
    check(json.loads(json.dumps(found.to_json())), "doctor")


def test_profile(directory, tmp_path):
    done = printed("profile", directory, "-o", tmp_path / "profile.json", "--steps", 1, "--json")
    check(done, "profile")
    assert json.loads((tmp_path / "profile.json").read_text()) == done


def test_a_missing_or_another_key_is_noticed(directory):
    found = printed("inspect", directory, "--batch", 4, "--json")
    for spoiled in ({**found, "more": 1}, {**found, "stashes": None}):
        with pytest.raises(jsonschema.ValidationError):
            check(spoiled, "report")
    with pytest.raises(AssertionError):
        check(dict(reversed(found.items())), "report")
