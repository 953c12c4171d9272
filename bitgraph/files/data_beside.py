"""Gives a model file external data of its own, in files named after it."""

import contextlib
import filecmp
import itertools
import pathlib
from collections.abc import Iterator
from shutil import copyfile

import onnx

from bitgraph.errors import BadInputError
from bitgraph.files.external_data import external_tensors, location, move
from bitgraph.files.model_file import read_model
from bitgraph.files.staging import staged


@contextlib.contextmanager
def data_beside(model: onnx.ModelProto, source: pathlib.Path, target: pathlib.Path) -> Iterator[None]:
    """Copy the external data of ``model`` beside ``target``, and point the model to the copies.

    The files are named ``<target>.data``, or ``<target>.2.data`` and so on where that name is
    taken by other bytes. The body then writes the model. When it succeeds, files of such a name
    that only the model formerly at ``target`` used are removed; when it fails, the new copies are.

    Args:
        model: Changed in place.
        source: The directory that the locations in the model are relative to.
        target: The file that the model will be written to.
    """
    unused = _own_data(target)
    copies: dict[str, pathlib.Path] = {}
    made: list[pathlib.Path] = []
    try:
        for tensor in external_tensors(model):
            if (old := location(tensor)) not in copies:
                copies[old] = _copy(source / old, target, set(copies.values()), made)
            move(tensor, copies[old].name)
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    for path in unused - set(copies.values()):
        # The input may have been written by us too, and share a file with what was here.
        if not any(path.exists() and path.samefile(source / old) for old in copies):
            path.unlink(missing_ok=True)


def _copy(
    original: pathlib.Path,
    target: pathlib.Path,
    taken: set[pathlib.Path],
    made: list[pathlib.Path],
) -> pathlib.Path:
    for number in itertools.count(1):
        name = f"{target.name}.data" if number == 1 else f"{target.name}.{number}.data"
        path = target.with_name(name)
        if path in taken:
            continue
        if not path.exists() and not path.is_symlink():
            with staged(path) as stage:
                copyfile(original, stage)
            made.append(path)
            return path
        if _is_own_copy(path, original):
            return path
    raise AssertionError("there is always another number")


def _is_own_copy(path: pathlib.Path, original: pathlib.Path) -> bool:
    return (
        path.is_file()
        and not path.is_symlink()
        and not path.samefile(original)
        and filecmp.cmp(path, original, shallow=False)
    )


def _own_data(target: pathlib.Path) -> set[pathlib.Path]:
    """The data files that an earlier run made for the model at ``target``."""
    if not target.is_file():
        return set()
    try:
        former = read_model(target)
    except BadInputError:
        return set()
    names = {location(tensor) for tensor in external_tensors(former)}
    return {
        target.with_name(name)
        for name in names
        if name.startswith(f"{target.name}.") and name.endswith(".data") and "/" not in name
    }
