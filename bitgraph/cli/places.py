"""Where things are: the default output, and the file that an error is about."""

import contextlib
import pathlib
from collections.abc import Iterator

from bitgraph.errors import BitgraphError


def default_out(model: pathlib.Path, *, directory: bool) -> pathlib.Path:
    """Give the output beside ``model``: ``net.onnx`` becomes ``net-bitgraph.onnx``.

    Args:
        model: The input.
        directory: Whether the output is a directory although the input is a file.
    """
    whole = model.resolve()
    if directory or whole.is_dir():
        return whole.with_name(f"{whole.stem if whole.is_file() else whole.name}-bitgraph")
    return whole.with_name(f"{whole.stem}-bitgraph{whole.suffix}")


@contextlib.contextmanager
def naming(path: pathlib.Path) -> Iterator[None]:
    """Put ``path`` before the message of an error about the graph in it, unless it is there."""
    try:
        yield
    except BitgraphError as error:
        if str(path) in str(error):
            raise
        raise type(error)(f"{path}: {error}") from error
