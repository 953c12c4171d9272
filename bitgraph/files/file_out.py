"""Whether a file may be written: in a folder that is there, over nothing but an earlier one of its kind."""

import pathlib
from collections.abc import Callable

from bitgraph.errors import BadInputError


def check_file_out(path: pathlib.Path, kind: str, is_one: Callable[[pathlib.Path], bool]) -> None:
    """Say before any work is done whether a file may be written at ``path``.

    Args:
        path: The file.
        kind: What it is, for messages.
        is_one: Whether the file that is there is one of this kind, and so may be replaced.

    Raises:
        BadInputError: Something else is there, or there is no such folder.
    """
    if not path.parent.is_dir():
        raise BadInputError(f"{path}: cannot be written: {path.parent} is not a directory")
    if path.is_dir():
        raise BadInputError(f"{path}: is a directory; give a file name")
    if path.exists() and not is_one(path):
        raise BadInputError(f"{path}: exists and is no {kind}; give another file")


def begins_with(path: pathlib.Path, text: str, within: int = 1024) -> bool:
    """Whether ``text`` stands in the first ``within`` characters of the file."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return text in file.read(within)
