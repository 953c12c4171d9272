"""Outputs that are there whole or not at all: written beside under another name, then renamed."""

import contextlib
import os
import pathlib
import secrets
import shutil
from collections.abc import Iterator

from bitgraph.errors import BadInputError

_MARK = ".bitgraph-unfinished-"


@contextlib.contextmanager
def staged(out: pathlib.Path) -> Iterator[pathlib.Path]:
    """Give a free path beside ``out``; what the body puts there becomes ``out`` at its end.

    The path is a sibling, so that the last step is a rename within one file system. A failure
    removes it; a kill leaves it behind under a name that nothing reads.

    Args:
        out: A file, replaced if it exists, or a directory, replaced if it exists: whether it may
            be is for :func:`bitgraph.files.check_out` to say.

    Raises:
        BadInputError: The place cannot be written.
    """
    stage = _free_name(out, _MARK)
    try:
        yield stage
        _flush(stage)
        _put_in_place(stage, out)
    except OSError as error:
        raise BadInputError(f"{out}: cannot be written: {_reason(error, stage)}") from error
    finally:
        _remove(stage)


def is_unfinished(name: str) -> bool:
    """Whether a file of this name was left behind by a run that was killed."""
    return name.startswith(_MARK)


def _reason(error: OSError, stage: pathlib.Path) -> str:
    reason = error.strerror or str(error)
    elsewhere = error.filename and not str(error.filename).startswith(str(stage))
    return f"{reason} ({error.filename})" if elsewhere else reason


def _free_name(out: pathlib.Path, mark: str) -> pathlib.Path:
    # The tail of the name is enough to recognise it, and a long name stays within the limit.
    return out.with_name(f"{mark}{secrets.token_hex(4)}-{out.name[-100:]}")


def _put_in_place(stage: pathlib.Path, out: pathlib.Path) -> None:
    if not (stage.is_dir() and out.is_dir()):
        stage.replace(out)
        return
    # No system renames over a directory that has something in it.
    old = _free_name(out, _MARK)
    out.rename(old)
    try:
        stage.rename(out)
    except OSError:
        old.rename(out)
        raise
    _remove(old)


def _flush(stage: pathlib.Path) -> None:
    """Have the bytes on the disk before the name is, lest a power cut leave an empty file."""
    for file in [stage] if stage.is_file() else stage.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())


def _remove(path: pathlib.Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
