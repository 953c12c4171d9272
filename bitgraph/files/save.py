"""Saves an optimized graph as a file of its own, or as a complete directory of artifacts."""

import os
import pathlib
import shutil

import onnx
import onnx_ir as ir

from bitgraph.files.copy_tree import copy_tree
from bitgraph.files.data_beside import data_beside
from bitgraph.files.find_graph import eval_graph_beside
from bitgraph.files.load import Loaded
from bitgraph.files.model_file import read_model, write_model
from bitgraph.files.ort_format import add_ort_format
from bitgraph.files.out_path import check_out
from bitgraph.files.repair import DropTrainingOutputsPass
from bitgraph.files.staging import staged


def save(
    loaded: Loaded,
    model: ir.Model,
    out: str | os.PathLike[str],
    eval_pass: ir.passes.InPlacePass | None = None,
    *,
    ort: bool = False,
) -> list[str]:
    """Save ``model``, which was made from ``loaded``, at ``out``.

    Args:
        loaded: What was read. From a directory, everything beside the graph is copied too.
        model: The graph to write; ``loaded.model`` itself or another.
        out: A file if ``loaded`` was one, else a directory.
        eval_pass: What is to be done to the evaluation graph of a directory, too.
        ort: Whether the graphs of a directory are written in ORT format as well.

    Returns:
        One line for each thing that was mended on the way.

    Raises:
        BadInputError: ``out`` may not or cannot be written, or ONNX Runtime cannot convert a graph; nothing
            was written.
    """
    target = check_out(loaded, out)
    proto = ir.to_proto(model)
    if loaded.directory is None:
        _save_file(loaded, proto, target)
        return []
    with staged(target) as stage:
        copy_tree(loaded.directory, stage, leave_out={loaded.graph_path})
        write_model(proto, stage / loaded.graph_path.name)
        mended = _mend_eval_graph(loaded, stage, eval_pass)
        if ort:
            add_ort_format(stage / loaded.graph_path.name)
        return mended


def copy(loaded: Loaded, out: str | os.PathLike[str], *, ort: bool = False) -> None:
    """Copy what ``loaded`` was read from to ``out``, byte for byte where its name allows it.

    With ``ort`` the graphs of a directory are written in ORT format as well.

    Raises:
        BadInputError: ``out`` may not or cannot be written; nothing was.
    """
    target = check_out(loaded, out)
    if loaded.directory is not None:
        with staged(target) as stage:
            copy_tree(loaded.directory, stage)
            if ort:
                add_ort_format(stage / loaded.graph_path.name)
    elif loaded.data_files:
        _save_file(loaded, read_model(loaded.graph_path), target)
    else:
        with staged(target) as stage:
            shutil.copyfile(loaded.graph_path, stage)


def _save_file(loaded: Loaded, proto: onnx.ModelProto, target: pathlib.Path) -> None:
    # The data is in place before the graph that reads it, and a graph replaced keeps its own
    # data until then: at no moment does a file at `target` point to data that is not its own.
    with data_beside(proto, loaded.graph_path.parent, target), staged(target) as stage:
        write_model(proto, stage)


def _mend_eval_graph(
    loaded: Loaded, stage: pathlib.Path, eval_pass: ir.passes.InPlacePass | None
) -> list[str]:
    path = eval_graph_beside(stage / loaded.graph_path.name)
    if not path.is_file():
        return []
    try:
        model = ir.from_proto(read_model(path))
    except Exception:  # nothing here depends on it: it is the user's as much as any other file
        return [f"{path.name}: cannot be read; it was copied as it is"]
    dropped = DropTrainingOutputsPass()(model).modified
    if dropped or (eval_pass is not None and eval_pass(model).modified):
        write_model(ir.to_proto(model), path)
    if not dropped:
        return []
    mended = (
        "BatchNormalization declared outputs that exist in training mode only, which ONNX Runtime"
        " does not load; they were dropped"
    )
    return [f"{path.name}: {mended}"]
