"""Where output goes when the user does not say, and which input an error is about."""

import contextlib
import pathlib
from collections.abc import Iterator

from bitgraph.errors import BadInputError, BitgraphError


def default_out(model: pathlib.Path, *, directory: bool) -> pathlib.Path:
    """Give the place beside ``model`` with -bitgraph in its name."""
    if directory or model.suffix != ".onnx":
        return model.with_name(f"{model.stem if model.suffix == '.onnx' else model.name}-bitgraph")
    return model.with_name(f"{model.stem}-bitgraph{model.suffix}")


@contextlib.contextmanager
def naming(path: pathlib.Path) -> Iterator[None]:
    """Put ``path`` in front of an error that does not say what it is about."""
    try:
        yield
    except BadInputError as error:
        if str(path) in str(error) or ": " in str(error).split(" ", 1)[0]:
            raise
        raise BadInputError(f"{path}: {error}") from error
    except BitgraphError:
        raise
