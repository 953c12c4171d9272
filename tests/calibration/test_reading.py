"""The file of rates: what is read from it, and what is said of one that cannot be used."""

import json
import math

import pytest

from bitgraph.calibration import (
    Calibration,
    load_rates,
    prepare_place,
    processor_name,
    rates_file,
    read_calibration,
    write_calibration,
)
from bitgraph.calibration.processor import from_cpuinfo
from bitgraph.errors import BadInputError
from bitgraph.rates import DEFAULT_RATES, Rates

FAST = Rates(bytes_per_second=1e12, node_seconds=1e-9)


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "some where" / "rates.json"
    monkeypatch.setenv("BITGRAPH_RATES", str(path))
    return path


def test_written_and_read(file):
    found = Calibration(processor_name(), "2026-01-31", FAST)
    assert prepare_place() == file
    write_calibration(found, file)
    assert read_calibration(file) == found
    assert load_rates() == FAST
    assert [path.name for path in file.parent.iterdir()] == ["rates.json"]


def test_nothing_measured_is_the_default(file):
    assert read_calibration(file) is None
    assert load_rates() == DEFAULT_RATES


def test_another_processor_is_the_default(file):
    write_calibration(Calibration("Z80", "1976-07-01", FAST), prepare_place())
    assert load_rates() == DEFAULT_RATES


def test_empty_variable_is_no_file(monkeypatch):
    monkeypatch.setenv("BITGRAPH_RATES", "")
    assert rates_file() is None
    assert load_rates() == DEFAULT_RATES
    with pytest.raises(BadInputError, match="BITGRAPH_RATES is empty"):
        prepare_place()


def test_place_of_its_own(monkeypatch, tmp_path):
    monkeypatch.delenv("BITGRAPH_RATES")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = rates_file()
    assert path is not None
    assert path.name == "rates.json"
    assert "bitgraph" in path.parts


def edited(**changes):
    whole = Calibration("Z80", "1976-07-01", FAST).to_json()
    return json.dumps(whole | changes)


BAD = {
    "empty": ("", "holds no rates"),
    "no JSON": ("years of work", "holds no rates"),
    "something else": ("[1, 2]", "not of the format"),
    "deep": ("[" * 100_000, "holds no rates"),
    "another format": (edited(format="grocery list"), "not of the format 'bitgraph rates'"),
    "a later version": (edited(version=2), "of version 2, and this bitgraph reads version 1"),
    "a rate missing": (edited(rates={}), "no field 'bytes_per_second'"),
    "a rate of nothing": (edited(rates=vars(FAST) | {"node_seconds": 0}), "node_seconds is 0"),
    "an endless rate": (edited(rates=vars(FAST) | {"node_seconds": math.inf}), "node_seconds is inf"),
    "no rate": (edited(rates=vars(FAST) | {"node_seconds": "much"}), "'much'"),
    "no rates": (edited(rates=None), "holds no rates"),
}


@pytest.mark.parametrize(("text", "named"), BAD.values(), ids=BAD)
def test_bad_file_is_named_with_its_remedy(file, text, named):
    file.parent.mkdir()
    file.write_text(text)
    for use in (load_rates, prepare_place):
        with pytest.raises(BadInputError) as caught:
            use()
        message = str(caught.value)
        assert message.startswith(f"{file}: ")
        assert named in message
        assert message.endswith(f"; let BITGRAPH_RATES name another file, or remove it with: rm '{file}'")
    assert file.read_text() == text


def test_remedy_for_the_file_of_its_own(monkeypatch, tmp_path):
    monkeypatch.delenv("BITGRAPH_RATES")
    path = tmp_path / "rates.json"
    path.write_text("{}")
    with pytest.raises(BadInputError, match=f"; remove it with: rm {path}$"):
        read_calibration(path)


def test_a_directory_is_no_file(file):
    file.mkdir(parents=True)
    with pytest.raises(BadInputError, match="cannot be read"):
        load_rates()


CPUS = {
    "x86-64": (
        "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n\nprocessor\t: 1\nmodel name\t: Other\n",
        "Some CPU @ 2 GHz",
    ),
    "ARM": (
        "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
        "CPU implementer 0x41, CPU part 0xd0c",
    ),
}


@pytest.mark.parametrize(("text", "name"), CPUS.values(), ids=CPUS)
def test_name_of_a_processor(text, name):
    assert from_cpuinfo(text).endswith(name)
