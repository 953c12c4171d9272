"""Writes a profile: there whole or not at all, and over nothing but an earlier profile."""

import json
import pathlib

from bitgraph.errors import BadInputError
from bitgraph.files.staging import staged
from bitgraph.profiling.profile import Profile
from bitgraph.profiling.reading import read_profile


def check_profile_out(path: pathlib.Path) -> None:
    """Say before any work is done whether a profile may be written at ``path``.

    Raises:
        BadInputError: Something else is there, or there is no such folder.
    """
    if not path.parent.is_dir():
        raise BadInputError(f"{path}: cannot be written: {path.parent} is not a directory")
    if path.is_dir():
        raise BadInputError(f"{path}: is a directory; give a file name")
    if not path.exists():
        return
    try:
        read_profile(path)
    except BadInputError as error:
        raise BadInputError(f"{path}: exists and is no profile; give another FILE") from error


def write_profile(profile: Profile, path: pathlib.Path) -> None:
    """Write ``profile`` to ``path``.

    Raises:
        BadInputError: The place cannot be written, or something would be lost.
    """
    check_profile_out(path)
    with staged(path) as stage:
        stage.write_text(json.dumps(profile.to_json(), indent=1) + "\n", encoding="utf-8")
