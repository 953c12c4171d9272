"""Reads a profile from its file and says in one line what is wrong with it."""

import json
import math
import os
import pathlib
from typing import Any

from bitgraph.errors import BadInputError
from bitgraph.profiling.profile import FORMAT, LEVELS, VERSION, NodeProfile, Profile, TensorProfile, Zeros


def read_profile(path: str | os.PathLike[str]) -> Profile:
    """Read the profile that ``bitgraph profile`` wrote at ``path``.

    Raises:
        BadInputError: The file cannot be read, is no profile, or is of another version.
    """
    data = _read(pathlib.Path(path))
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadInputError(f"{path}: is not a profile; make one with 'bitgraph profile'")
    if data.get("version") != VERSION:
        raise BadInputError(
            f"{path}: is a profile of version {data.get('version')}, and this bitgraph reads version"
            f" {VERSION}; make it again with 'bitgraph profile'"
        )
    try:
        return _profile(data)
    except KeyError as error:
        raise BadInputError(f"{path}: the profile has no field {error}; make it again") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInputError(f"{path}: the profile is damaged ({error}); make it again") from error


def _read(path: pathlib.Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: is not a profile: not JSON ({error})") from error


def _profile(data: dict[str, Any]) -> Profile:
    return Profile(
        model=str(data["model"]),
        data=None if data["data"] is None else str(data["data"]),
        batch=_count("batch", data["batch"]),
        steps=_count("steps", data["steps"]),
        step_seconds=_seconds(data["step_seconds"]),
        counting_seconds=_seconds(data["counting_seconds"]),
        dims={str(name): _count(name, number) for name, number in data["dims"].items()},
        tensors=tuple(map(_tensor, data["tensors"])),
        nodes=tuple(
            NodeProfile(str(node["name"]), str(node["op_type"]), _seconds(node["seconds"]))
            for node in data["nodes"]
        ),
    )


def _tensor(data: dict[str, Any]) -> TensorProfile:
    name = str(data["name"])
    zeros = Zeros(*(_fraction(name, data["zeros"][key]) for key in ("mean", "min", "max")))
    if not zeros.min <= zeros.mean <= zeros.max:
        raise ValueError(f"zeros of {name}: {zeros.mean} is not from {zeros.min} to {zeros.max}")
    shape = tuple(_count(name, dim, least=0) for dim in data["shape"])
    return TensorProfile(name, str(data["op_type"]), str(data["dtype"]), shape, zeros, _levels(name, data))


def _levels(name: str, data: dict[str, Any]) -> tuple[float, ...]:
    levels = tuple(map(float, data.get("levels", ())))  # which earlier profiles do not have
    if levels and (len(levels) != len(LEVELS) or not all(map(math.isfinite, levels))):
        raise ValueError(f"levels of {name}: {len(LEVELS)} numbers are expected")
    if list(levels) != sorted(levels):
        raise ValueError(f"levels of {name}: they do not rise")
    return levels


def _fraction(name: str, value: Any) -> float:
    if not 0.0 <= float(value) <= 1.0:
        raise ValueError(f"zeros of {name}: {value} is no fraction")
    return float(value)


def _count(name: object, value: Any, least: int = 1) -> int:
    if not isinstance(value, int) or value < least:
        raise ValueError(f"{name}: {value} is not a whole number from {least} up")
    return value


def _seconds(value: Any) -> float:
    if not math.isfinite(float(value)) or float(value) < 0.0:
        raise ValueError(f"{value} is no time in seconds")
    return float(value)
