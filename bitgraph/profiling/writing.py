"""Writes a profile: there whole or not at all, and over nothing but an earlier profile."""

import json
import pathlib

from bitgraph.errors import BadInputError
from bitgraph.files.file_out import check_file_out
from bitgraph.files.staging import staged
from bitgraph.profiling.profile import Profile
from bitgraph.profiling.reading import read_profile


def check_profile_out(path: pathlib.Path) -> None:
    """Say before any work is done whether a profile may be written at ``path``.

    Raises:
        BadInputError: Something else is there, or there is no such folder.
    """
    check_file_out(path, "profile", _is_profile)


def write_profile(profile: Profile, path: pathlib.Path) -> None:
    """Write ``profile`` to ``path``.

    Raises:
        BadInputError: The place cannot be written, or something would be lost.
    """
    check_profile_out(path)
    with staged(path) as stage:
        stage.write_text(json.dumps(profile.to_json(), indent=1) + "\n", encoding="utf-8")


def _is_profile(path: pathlib.Path) -> bool:
    try:
        read_profile(path)
    except BadInputError:
        return False
    return True
