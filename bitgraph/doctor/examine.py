"""Gathers what is installed here."""

import dataclasses
import importlib.metadata
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
from bitgraph.measure.telling import Progress, Stages
from bitgraph.rates import DEFAULT_RATES, Rates
from bitgraph.runtime import library_path

_NO_ALIASES = (
    "this ONNX Runtime gives an alias memory of its own, so that what is held comes on top of it;"
    " run: pip install --upgrade 'bitgraph[training]'"
)


@dataclasses.dataclass(frozen=True)
class Examination:
    """What was found.

    Attributes:
        bitgraph: Its version.
        onnx: The version of onnx.
        onnx_ir: The version of onnx_ir.
        library: The path of the native library; None if it is missing.
        loads: Whether ONNX Runtime takes it.
        instruction_sets: State of each: ``in use``, ``supported``, ``not supported`` or
            ``another architecture``.
        onnxruntime: Its version; None if it is not installed.
        training: Whether it has the training API.
        aliases: Whether what a Pack passes on takes no memory, seen by running a graph of two nodes; None if
            that cannot be told.
        pattern: Whether a session with the library has a memory pattern, whose block would come on top.
        arena: Whether it allocates from ONNX Runtime's arena; else from the C library.
        exact_forms: For each form of ``FORMS`` whether it gives the bits of this runtime; else what the table
            says is done instead, which is as exact.
        processor: Its name.
        threads: How many run at a time.
        rates_file: Where the rates of this machine are kept; None if the user wants no such file.
        calibration: What is kept there; None for nothing, or nothing that can be used.
        problems: What keeps bitgraph from being used, a line each.
    """

    bitgraph: str
    onnx: str
    onnx_ir: str
    library: str | None
    loads: bool
    instruction_sets: Mapping[str, str]
    onnxruntime: str | None
    training: bool
    aliases: bool | None
    pattern: bool | None
    arena: bool | None
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


def examine(progress: Progress | None = None) -> Examination:
    """Look at everything; the runtime and the library in processes of their own, lest they crash.

    Args:
        progress: Called as it goes on, with what is done, its parts done, and how many there are.
    """
    problems: list[str] = []
    behind = list(dict.fromkeys(form.behind for form in FORMS.values()))
    stages = Stages(progress, 1 + len(behind))
    stages.begin("looking at the runtime")
    found = _asked(problems, "runtime")
    problems += found.pop("problems", ())
    loads = found.get("loads", False)
    if found.get("aliases") is False:
        problems.append(_NO_ALIASES)
    forms: dict[str, bool] = {}
    for probe in behind if loads else []:
        stages.begin("asking for exact forms")
        forms |= _asked(problems, "forms", behind=probe)
    path = rates_file()
    return Examination(
        bitgraph=__version__,
        onnx=importlib.metadata.version("onnx"),
        onnx_ir=importlib.metadata.version("onnx-ir"),
        library=_library(),
        loads=loads,
        instruction_sets=found.get("instruction_sets", {}),
        onnxruntime=found.get("onnxruntime"),
        training=found.get("training", False),
        aliases=found.get("aliases"),
        pattern=found.get("pattern"),
        arena=found.get("arena"),
        exact_forms={probe: forms[probe] for probe in FORMS if probe in forms},
        processor=processor_name(),
        threads=_threads(),
        rates_file=None if path is None else str(path),
        calibration=None if path is None else _calibration(path, problems),
        problems=tuple(problems),
    )


def _asked(problems: list[str], deed: str, **details: Any) -> dict[str, Any]:
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
