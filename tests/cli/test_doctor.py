"""``bitgraph doctor``, and what the other commands make of the rates that it measures."""

import dataclasses
import json
import pathlib
import re

import pytest
from small_net import small_artifacts
from snapshot import snapshot
from terminal import without_escapes
from training_kernels import needs_training

from bitgraph import domain
from bitgraph.calibration import Calibration, processor_name, write_calibration
from bitgraph.doctor import FORMS
from bitgraph.programs import OPERATORS
from bitgraph.rates import DEFAULT_RATES, Rates

STATES = {"in use", "supported", "not supported", "another architecture"}
PROCESSOR = processor_name()
TYPES = {
    "bitgraph": str,
    "onnx": str,
    "onnx_ir": str,
    "library": str,
    "loads": bool,
    "instruction_sets": dict,
    "onnxruntime": str,
    "training": bool,
    "aliases": bool,
    "pattern": bool,
    "arena": bool,
    "exact_forms": dict,
    "processor": str,
    "threads": int,
    "rates_file": type(None),
    "calibration": type(None),
    "problems": list,
    "rates": dict,
}

# Python finds this module first, in the command and in the process that it starts.
NO_LIBRARY = """
import bitgraph.runtime.library as library
library._FILE_NAMES = dict.fromkeys(("linux", "darwin", "win32"), "nowhere.so")
"""
NO_RUNTIME = "import sys\nsys.modules['onnxruntime'] = None\n"
CRASH = """
import os, sys
if "bitgraph.measure.worker" in sys.orig_argv:
    os.abort()
"""


@pytest.fixture
def rates(tmp_path):
    return tmp_path / "rates.json"


def report(done):
    assert (done.returncode, done.stderr) == (0, ""), done
    return json.loads(done.stdout)


def test_table(bitgraph):
    done = bitgraph("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    *tables, end = done.stdout.split("\n\n")
    parts, forms = ([line.split("  ")[0] for line in rows.splitlines()[2:]] for rows in tables)
    assert end == "all good\n"
    assert parts == [
        *("bitgraph", "onnx", "library", "instruction sets", "ONNX Runtime", "memory", "exact forms"),
        *("processor", "rates"),
    ]
    assert forms == list(FORMS)


@needs_training
def test_json(bitgraph):
    found = report(bitgraph("doctor", "--json"))
    assert {key: type(value) for key, value in found.items()} == TYPES
    assert (found["loads"], found["training"], found["problems"]) == (True, True, [])
    states = found["instruction_sets"]
    assert states.keys() == {"avx512", "avx2", "neon", "scalar"}
    assert set(states.values()) <= STATES
    assert list(states.values()).count("in use") == 1
    assert "another architecture" in states.values()
    assert (found["aliases"], found["pattern"], found["arena"]) == (True, False, True)
    assert list(found["exact_forms"]) == list(FORMS)
    assert found["rates"] == {"source": "default", **dataclasses.asdict(DEFAULT_RATES)}


def test_chosen_instruction_set(bitgraph):
    assert (
        report(bitgraph("doctor", "--json", BITGRAPH_ISA="scalar"))["instruction_sets"]["scalar"] == "in use"
    )


def test_every_probe_of_the_library_is_a_form():
    sources = (pathlib.Path(__file__).parents[2] / "runtime_ops" / "src").rglob("*.[ch]*")
    declared = re.compile(r'\bProbe(?: \w+)?[({]".*')
    texts = [text for file in sources for text in declared.findall(file.read_text())]
    assert {name for text in texts for name in re.findall(r'[({]"(\w+)"[)}]', text)} == FORMS.keys()


def test_readme_has_the_forms():
    readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
    for probe, form in FORMS.items():
        assert f"| `{probe}` | {form.what} | {form.instead} |" in readme


@needs_training
def test_failed_probes_are_no_problem(bitgraph):
    done = bitgraph("doctor", BITGRAPH_FAIL_PROBE=",".join(FORMS))
    assert (done.returncode, done.stderr) == (0, "")
    rows = {line.split("  ")[0]: line.rstrip().split(None, 2)[1:] for line in done.stdout.splitlines()}
    for probe, form in FORMS.items():
        assert rows[probe] == ["no", f"{form.instead}, not: {form.what}"], probe


PROBLEMS = {
    # name: (what is put there, environment, what the reason names, what the table says)
    "library missing": (NO_LIBRARY, {}, "nowhere.so is missing", "missing"),
    "no runtime": (NO_RUNTIME, {}, "onnxruntime", "missing"),
    "crash": (CRASH, {}, "crashed the process with SIGABRT", "unknown"),
    "unknown instruction set": ("", {"BITGRAPH_ISA": "sse9"}, "sse9", "does not load"),
}


@pytest.mark.parametrize(("module", "environment", "reason", "told"), PROBLEMS.values(), ids=PROBLEMS)
def test_problem(bitgraph, tmp_path, module, environment, reason, told):
    (tmp_path / "sitecustomize.py").write_text(module)
    done = bitgraph("doctor", PYTHONPATH=str(tmp_path), **environment)
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("bitgraph: ")
    assert reason in done.stderr
    assert told in done.stdout
    assert "all good" not in done.stdout


@needs_training
def test_calibrate(bitgraph, on_terminal, rates, tmp_path):
    shown = without_escapes(on_terminal("doctor", "--calibrate", errors=True, BITGRAPH_RATES=str(rates)))
    assert re.search(r"measuring this machine [1-9]/\d+, [\d.]+/s, at most \d+ s left", shown), shown
    assert f"measured {json.loads(rates.read_text())['date']}, {rates}" in (tmp_path / "stdout").read_text()
    found = report(bitgraph("doctor", "--json", BITGRAPH_RATES=str(rates)))
    assert found["calibration"] == json.loads(rates.read_text())
    assert (found["calibration"]["format"], found["calibration"]["version"]) == ("bitgraph rates", 1)
    assert (found["calibration"]["processor"], found["rates"]["source"]) == (PROCESSOR, "measured")
    # Not a matter of this machine: a rate that is wrong by its unit, or by what it counts, is further off.
    for name, rate in dataclasses.asdict(DEFAULT_RATES).items():
        assert rate / 100 < found["rates"][name] < rate * 100


def test_rates_of_another_processor(bitgraph, rates):
    write_calibration(Calibration("Z80", "1976-07-01", Rates(bytes_per_second=1e6)), rates)
    done = bitgraph("doctor", BITGRAPH_RATES=str(rates))
    assert (done.returncode, done.stderr) == (0, "")
    assert "default; those measured are of another processor (Z80, 1976-07-01" in done.stdout


def test_others_plan_by_what_was_measured(bitgraph, artifacts, rates):
    """Where running a node takes minutes, nothing is computed again."""
    write_calibration(Calibration(PROCESSOR, "2026-01-31", Rates(node_seconds=100.0)), rates)
    for command in (["optimize", "artifacts", "--dry-run"], ["inspect", "artifacts"]):
        for file, again in {"": True, str(rates): False}.items():
            done = bitgraph(*command, "--json", "--batch", 4096, BITGRAPH_RATES=file)
            relu = next(stash for stash in report(done)["stashes"] if stash["op_type"] == "Relu")
            assert ("Relu again" in relu["reason"]) is again, relu


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["doctor"], 1),
        (["doctor", "--calibrate"], 2),
        (["inspect", "artifacts"], 2),
        (["optimize", "artifacts", "-o", "out"], 2),
    ],
)
def test_damaged_file(bitgraph, artifacts, rates, tmp_path, command, status):
    rates.write_text("{}")
    before = snapshot(tmp_path)
    done = bitgraph(*command, BITGRAPH_RATES=str(rates))
    assert done.returncode == status, done
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"{rates}: holds no rates" in done.stderr
    assert f"rm {rates}" in done.stderr
    assert snapshot(tmp_path) == before


def test_nowhere_to_write(bitgraph):
    done = bitgraph("doctor", "--calibrate", BITGRAPH_RATES="")
    assert (done.returncode, done.stdout) == (2, "")
    assert "BITGRAPH_RATES is empty" in done.stderr


@needs_training
def test_fallbacks_are_named(bitgraph, tmp_path):
    small_artifacts(tmp_path / "small")
    inspect = ("inspect", "small", "--budget", "min", "--batch", 4096)
    assert report(bitgraph(*inspect, "--json"))["fallbacks"] == []
    made_to_fail = {"BITGRAPH_FAIL_PROBE": "max_pool,conv_grad_adds,dropout"}
    found = report(bitgraph(*inspect, "--json", **made_to_fail))["fallbacks"]
    nodes = {fallback["form"]: fallback["nodes"] for fallback in found}
    assert nodes.keys() == set(made_to_fail["BITGRAPH_FAIL_PROBE"].split(","))
    assert nodes["max_pool"] == ["pool1/MaxPoolIndex"]
    told = bitgraph(*inspect, **made_to_fail).stdout
    assert "max_pool does not hold on this runtime: the runtime's own, then packed, not: MaxPool" in told
    assert "nodes: 1 (pool1/MaxPoolIndex)" in told


def test_every_form_says_who_asks():
    """By names that the graph and programs have; what stands behind another form is asked there."""
    known = {value for value in vars(domain).values() if isinstance(value, str)}
    for form in FORMS.values():
        assert bool(form.operators) is not bool(form.behind)
        for operator in form.operators:
            inner = operator.removeprefix(f"{domain.STREAM}/")
            assert inner in (OPERATORS if inner != operator else known)
