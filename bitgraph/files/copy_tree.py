"""Copies what lies beside the graphs in a directory of artifacts."""

import pathlib
import shutil
from collections.abc import Container

from bitgraph.errors import BadInputError
from bitgraph.files.staging import is_unfinished


def copy_tree(source: pathlib.Path, target: pathlib.Path, leave_out: Container[pathlib.Path] = ()) -> None:
    """Copy the directory ``source`` to the new directory ``target``.

    Contents are copied, permissions are not: the copy of a read-only file can be trained on.
    A link to something inside ``source`` stays a link when it is relative, as does one that leads
    nowhere; what other links lead to is copied, so that ``target`` stands on its own.

    Args:
        source: An existing directory.
        target: A path at which nothing is.
        leave_out: Files of ``source`` that are not copied.

    Raises:
        BadInputError: Something in ``source`` is neither a file nor a directory, or a link leads
            to a directory that holds ``source``.
        OSError: Something cannot be read or written.
    """
    _copy_directory(source, target, source.resolve(), leave_out)


def _copy_directory(
    source: pathlib.Path,
    target: pathlib.Path,
    root: pathlib.Path,
    leave_out: Container[pathlib.Path],
) -> None:
    target.mkdir()
    for entry in sorted(source.iterdir()):
        if entry in leave_out or is_unfinished(entry.name):
            continue
        goal = target / entry.name
        if entry.is_symlink() and _stays_a_link(entry, root):
            goal.symlink_to(entry.readlink())
        elif entry.is_dir():
            _refuse_loop(entry, root)
            _copy_directory(entry, goal, root, leave_out)
        elif entry.is_file():
            shutil.copyfile(entry, goal)
        else:
            raise BadInputError(f"{entry}: is neither a file nor a directory; move it elsewhere")


def _stays_a_link(link: pathlib.Path, root: pathlib.Path) -> bool:
    if not link.exists():
        return True
    return not link.readlink().is_absolute() and link.resolve().is_relative_to(root)


def _refuse_loop(entry: pathlib.Path, root: pathlib.Path) -> None:
    if entry.is_symlink() and root.is_relative_to(entry.resolve()):
        raise BadInputError(
            f"{entry}: is a link to '{entry.resolve()}', which holds this directory; remove it"
        )
