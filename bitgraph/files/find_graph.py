"""Finds the training graph that a path given by the user stands for."""

import pathlib

from bitgraph.errors import BadInputError

TRAINING_MODEL = "training_model.onnx"
"""How ``generate_artifacts`` names the training graph, behind a prefix of the user's."""

EVAL_MODEL = "eval_model.onnx"
OPTIMIZER_MODEL = "optimizer_model.onnx"


def find_graph(path: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path | None]:
    """Give the file with the training graph, and the artifact directory if ``path`` is one.

    Raises:
        BadInputError: There is nothing at ``path``, or no single training graph in it.
    """
    try:
        if path.is_file():
            return path, None
        if path.is_dir():
            return _graph_in(path), path
        reason = "is neither a file nor a directory" if path.exists() else "does not exist"
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    raise BadInputError(f"{path}: {reason}; give an .onnx file or a directory of artifacts")


def eval_graph_beside(training_graph: pathlib.Path) -> pathlib.Path:
    """Give the path that the evaluation graph has if there is one (same prefix, same directory)."""
    return _beside(training_graph, EVAL_MODEL)


def graphs_beside(training_graph: pathlib.Path) -> list[pathlib.Path]:
    """Give ``training_graph`` and the paths that evaluation and optimizer graph have if they are there."""
    return [training_graph, *(_beside(training_graph, name) for name in (EVAL_MODEL, OPTIMIZER_MODEL))]


def _beside(training_graph: pathlib.Path, name: str) -> pathlib.Path:
    return training_graph.with_name(training_graph.name.removesuffix(TRAINING_MODEL) + name)


def _graph_in(directory: pathlib.Path) -> pathlib.Path:
    found = sorted(file for file in directory.glob(f"*{TRAINING_MODEL}") if file.is_file())
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(file.name for file in found)
        raise BadInputError(f"{directory}: holds several training models ({names}); give one file")
    if any(directory.glob("*training_model.ort")):
        raise BadInputError(
            f"{directory}: holds its training model in ORT format only; make the artifacts again"
            f" with ort_format=False, so that {TRAINING_MODEL} is there"
        )
    raise BadInputError(
        f"{directory}: no {TRAINING_MODEL} in it; give a directory written by generate_artifacts"
    )
