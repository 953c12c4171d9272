"""Writes the rates of this machine: there whole or not at all, and over nothing but earlier ones."""

import json
import pathlib

from bitgraph.calibration.calibration import Calibration
from bitgraph.calibration.place import VARIABLE, rates_file
from bitgraph.calibration.reading import read_calibration
from bitgraph.errors import BadInputError
from bitgraph.files.staging import staged


def prepare_place() -> pathlib.Path:
    """Return the file to write, its folder made, before the work of measuring is done.

    Raises:
        BadInputError: The user wants no such file, or something else is there.
    """
    path = rates_file()
    if path is None:
        raise BadInputError(f"{VARIABLE} is empty, so there is no place for rates; unset it or name a file")
    read_calibration(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror} ({error.filename})") from error
    return path


def write_calibration(found: Calibration, path: pathlib.Path) -> None:
    """Write ``found`` to ``path``.

    Raises:
        BadInputError: The place cannot be written.
    """
    with staged(path) as stage:
        stage.write_text(json.dumps(found.to_json(), indent=1) + "\n", encoding="utf-8")
