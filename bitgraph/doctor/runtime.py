"""Looks at ONNX Runtime and the native library from inside a process."""

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import Any

from bitgraph.doctor.memory import look_at_memory
from bitgraph.runtime import library_path, session_options

_CHOICE = "BITGRAPH_ISA"
_BEST_FIRST = ("avx512", "avx2", "neon", "scalar")
_FOREIGN = "another architecture"


def look_at_runtime() -> dict[str, Any]:
    """Load what there is and give, as plain data, what was found and what went wrong.

    Call this in a fresh process: it chooses one instruction set after the other.
    """
    problems: list[str] = []
    found: dict[str, Any] = {"problems": problems}
    with _noting(problems):
        library_path()
    with _noting(problems):
        found["onnxruntime"] = str(importlib.import_module("onnxruntime").__version__)
        with _noting(problems):
            importlib.import_module("bitgraph.runtime.training")
            found["training"] = True
        session_options()
        found["loads"] = True
        with _noting(problems):
            found |= look_at_memory()
        found["instruction_sets"] = _instruction_sets()
    return found


@contextlib.contextmanager
def _noting(problems: list[str]) -> Iterator[None]:
    """Add what goes wrong to ``problems``: ONNX Runtime raises types of its own for each of its statuses."""
    try:
        yield
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        if reason not in problems:
            problems.append(reason)


def _instruction_sets() -> dict[str, str]:
    """Give for each the state: ``in use``, ``supported``, ``not supported`` or of another architecture."""
    chosen = os.environ.get(_CHOICE, "")
    states = {name: _state(name) for name in _BEST_FIRST}
    in_use = chosen or next(name for name in _BEST_FIRST if states[name] == "supported")
    return states | {in_use: "in use"}


def _state(name: str) -> str:
    import onnxruntime

    os.environ[_CHOICE] = name
    try:
        onnxruntime.SessionOptions().register_custom_ops_library(str(library_path()))
    except Exception as error:
        return _FOREIGN if _FOREIGN in str(error) else "not supported"
    return "supported"
