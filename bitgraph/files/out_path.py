"""Says whether an output may be written where the user wants it, before any work is done."""

import filecmp
import os
import pathlib

from bitgraph.domain import METADATA_KEY
from bitgraph.errors import BadInputError
from bitgraph.files.find_graph import eval_graph_beside, graphs_beside
from bitgraph.files.load import Loaded
from bitgraph.files.model_file import read_model


def check_out(loaded: Loaded, out: str | os.PathLike[str]) -> pathlib.Path:
    """Give ``out`` with links followed, if the output of ``loaded`` may be written there.

    An existing file is replaced. An existing directory is replaced when it is empty, or when
    nothing is lost with it: it holds an optimized graph, and all else in it is as in the input.

    Raises:
        BadInputError: ``out`` is, lies in, or holds something of the input; something there would
            be lost; or the place cannot be written.
    """
    try:
        target = pathlib.Path(out).resolve()
        _refuse_input(loaded, target, out)
        _refuse_place(target.parent, out)
        if loaded.directory is None:
            _refuse_non_file(target, out)
        else:
            _refuse_loss(loaded, loaded.directory, target, out)
    except OSError as error:
        raise BadInputError(f"{out}: cannot be written: {error.strerror}") from error
    except RuntimeError as error:  # what Python 3.12 and older raise for links in a circle
        raise BadInputError(f"{out}: is a link that leads to itself; give another OUT") from error
    return target


def _refuse_input(loaded: Loaded, target: pathlib.Path, out: str | os.PathLike[str]) -> None:
    read = [loaded.graph_path, *(loaded.graph_path.parent / file for file in loaded.data_files)]
    if loaded.directory is not None:
        read = [loaded.directory]
    for path in read:
        if _same(target, path):
            raise BadInputError(f"{out}: is the input itself; give another OUT")
        if any(_same(parent, path) for parent in target.parents):
            raise BadInputError(f"{out}: lies in the input; give an OUT outside of {path}")
        if any(_same(target, parent) for parent in path.resolve().parents):
            raise BadInputError(f"{out}: holds the input {path}; give another OUT")


def _same(one: pathlib.Path, other: pathlib.Path) -> bool:
    # Asked of the file system: it knows about links, mounts, and upper and lower case.
    return one.exists() and other.exists() and one.samefile(other)


def _refuse_place(parent: pathlib.Path, out: str | os.PathLike[str]) -> None:
    if not parent.is_dir():
        what = "is not a directory" if parent.exists() else "does not exist"
        raise BadInputError(f"{out}: cannot be written: {parent} {what}")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise BadInputError(f"{out}: cannot be written: no permission to write in {parent}")


def _refuse_non_file(target: pathlib.Path, out: str | os.PathLike[str]) -> None:
    if target.is_dir():
        raise BadInputError(f"{out}: is a directory, and the input is one file; give a file name")
    if target.exists() and not target.is_file():
        raise BadInputError(f"{out}: is not a regular file; give another OUT")


def _refuse_loss(
    loaded: Loaded, directory: pathlib.Path, target: pathlib.Path, out: str | os.PathLike[str]
) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise BadInputError(f"{out}: is a file, and the input is a directory; give another OUT")
    entries = sorted(target.rglob("*"))
    if not entries:
        return
    graph = target / loaded.graph_path.name
    if not graph.is_file() or not _is_optimized(graph):
        raise BadInputError(
            f"{out}: is a directory with something in it that bitgraph did not write;"
            " remove it or give another OUT"
        )
    in_ort_format = (each.with_suffix(".ort") for each in graphs_beside(graph))
    written = {graph, eval_graph_beside(graph), *in_ort_format}
    for entry in entries:
        if entry not in written and not _is_in(directory, entry, target):
            raise BadInputError(
                f"{out}: would be replaced, and '{entry.relative_to(target)}' in it differs from"
                " the input; remove it or give another OUT"
            )


def _is_optimized(graph: pathlib.Path) -> bool:
    try:
        model = read_model(graph)
    except BadInputError:
        return False
    return any(entry.key == METADATA_KEY for entry in model.metadata_props)


def _is_in(directory: pathlib.Path, entry: pathlib.Path, target: pathlib.Path) -> bool:
    original = directory / entry.relative_to(target)
    if entry.is_dir():
        return original.is_dir()
    return entry.is_file() and original.is_file() and filecmp.cmp(entry, original, shallow=False)
