"""Reads the rates of this machine from their file and says in one line what is wrong with it."""

import dataclasses
import json
import math
import os
import pathlib
import shlex
from typing import Any

from bitgraph.calibration.calibration import FORMAT, VERSION, Calibration
from bitgraph.calibration.place import VARIABLE, rates_file
from bitgraph.calibration.processor import processor_name
from bitgraph.errors import BadInputError
from bitgraph.rates import DEFAULT_RATES, Rates


def load_rates() -> Rates:
    """Return the rates that were measured on this processor, or the defaults if there are none.

    Raises:
        BadInputError: The file is there and cannot be used.
    """
    path = rates_file()
    found = None if path is None else read_calibration(path)
    return DEFAULT_RATES if found is None or found.processor != processor_name() else found.rates


def read_calibration(path: pathlib.Path) -> Calibration | None:
    """Return what ``bitgraph doctor --calibrate`` wrote at ``path``, or None if nothing is there.

    Raises:
        BadInputError: The file cannot be read, holds something else, or is of another version.
    """
    try:
        return _calibration(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}; {_remedy(path)}") from error
    except KeyError as error:
        raise BadInputError(f"{path}: the rates have no field {error}; {_remedy(path)}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInputError(f"{path}: holds no rates ({error}); {_remedy(path)}") from error


def _remedy(path: pathlib.Path) -> str:
    """What the user named may be anything else of the user's: nobody should remove that in haste."""
    named = f"let {VARIABLE} name another file, or " if os.environ.get(VARIABLE) else ""
    return f"{named}remove it with: rm {shlex.quote(str(path))}"


def _calibration(data: Any) -> Calibration:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"not of the format '{FORMAT}'")
    if data.get("version") != VERSION:
        raise ValueError(f"of version {data.get('version')}, and this bitgraph reads version {VERSION}")
    names = [field.name for field in dataclasses.fields(Rates)]
    rates = Rates(**{name: _rate(name, data["rates"][name]) for name in names})
    return Calibration(str(data["processor"]), str(data["date"]), rates)


def _rate(name: str, value: Any) -> float:
    if not math.isfinite(float(value)) or float(value) <= 0.0:
        raise ValueError(f"{name} is {value}")
    return float(value)
