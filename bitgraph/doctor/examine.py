"""Gathers what is installed here."""

import dataclasses
import os
import pathlib
import tempfile
from collections.abc import Mapping
from typing import Any

from bitgraph import __version__
from bitgraph.calibration import Calibration, processor_name, rates_file, read_calibration
from bitgraph.doctor.forms import FORMS
from bitgraph.errors import BadInputError
from bitgraph.measure.child import run_in_child
from bitgraph.rates import DEFAULT_RATES, Rates
from bitgraph.runtime import library_path


@dataclasses.dataclass(frozen=True)
class Examination:
    """What was found.

    Attributes:
        bitgraph: Its version.
        library: The path of the native library; None if it is missing.
        loads: Whether ONNX Runtime takes it.
        instruction_sets: State of each: ``in use``, ``supported``, ``not supported`` or
            ``another architecture``.
        onnxruntime: Its version; None if it is not installed.
        training: Whether it has the training API.
        exact_forms: For each form of ``FORMS`` whether it gives the bits of this runtime; else what the table
            says is done instead, which is as exact.
        processor: Its name.
        threads: How many run at a time.
        rates_file: Where the rates of this machine are kept; None if the user wants no such file.
        calibration: What is kept there; None for nothing, or nothing that can be used.
        problems: What keeps bitgraph from being used, a line each.
    """

    bitgraph: str
    library: str | None
    loads: bool
    instruction_sets: Mapping[str, str]
    onnxruntime: str | None
    training: bool
    exact_forms: Mapping[str, bool]
    processor: str
    threads: int
    rates_file: str | None
    calibration: Calibration | None
    problems: tuple[str, ...]

    @property
    def rates(self) -> Rates:
        """The rates that the command line plans with."""
        return DEFAULT_RATES if self.calibration is None or self.is_foreign else self.calibration.rates

    @property
    def is_foreign(self) -> bool:
        """Whether what was measured is of another processor, and not used."""
        return self.calibration is not None and self.calibration.processor != self.processor

    def to_json(self) -> dict[str, Any]:
        """Return what was found as plain data; the keys are stable."""
        measured = self.calibration is not None and not self.is_foreign
        return {
            **dataclasses.asdict(self),
            "calibration": None if self.calibration is None else self.calibration.to_json(),
            "rates": {"source": "measured" if measured else "default", **dataclasses.asdict(self.rates)},
        }


def examine() -> Examination:
    """Look at everything; the runtime and the library in a process of its own, lest they crash."""
    problems: list[str] = []
    found = _runtime(problems)
    path = rates_file()
    return Examination(
        bitgraph=__version__,
        library=_library(),
        loads=found.get("loads", False),
        instruction_sets=found.get("instruction_sets", {}),
        onnxruntime=found.get("onnxruntime"),
        training=found.get("training", False),
        exact_forms=_forms(problems) if found.get("loads", False) else {},
        processor=processor_name(),
        threads=_threads(),
        rates_file=None if path is None else str(path),
        calibration=None if path is None else _calibration(path, problems),
        problems=tuple(problems),
    )


def _runtime(problems: list[str]) -> dict[str, Any]:
    found = _asked(problems, "runtime")
    problems += found.pop("problems", ())
    return found


def _forms(problems: list[str]) -> dict[str, bool]:
    answers: dict[str, bool] = {}
    for behind in dict.fromkeys(form.behind for form in FORMS.values()):
        answers |= _asked(problems, "forms", behind=behind)
    return {probe: answers[probe] for probe in FORMS if probe in answers}


def _asked(problems: list[str], deed: str, **details: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as folder:
        try:
            found: dict[str, Any] = run_in_child(deed, [], pathlib.Path(folder), **details)
        except BadInputError as error:
            problems.append(str(error))
            return {}
    return found


def _library() -> str | None:
    try:
        return str(library_path())
    except BadInputError:
        return None


def _calibration(path: pathlib.Path, problems: list[str]) -> Calibration | None:
    try:
        return read_calibration(path)
    except BadInputError as error:
        problems.append(str(error))
        return None


def _threads() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
