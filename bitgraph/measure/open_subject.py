"""Find what is to be measured."""

import dataclasses
import os
import pathlib

import onnx_ir as ir

from bitgraph import files
from bitgraph.domain import DOMAIN
from bitgraph.measure.subject import Subject


def open_subject(path: str | os.PathLike[str]) -> tuple[Subject, ir.Model]:
    """Find the files of one side and read its graph.

    Args:
        path: An artifact directory or a training graph. Only a graph with operators of the native
            library gets it: registering it changes the memory settings of the session.

    Raises:
        BadInputError: There is nothing to measure at this path.
    """
    loaded = files.load(path)
    graph = pathlib.Path(loaded.graph_path).resolve()
    needs_library = any(node.domain == DOMAIN for node in loaded.model.graph.all_nodes())
    checkpoint = optimizer = None
    if loaded.directory is not None:
        prefix = graph.name.removesuffix("training_model.onnx")
        checkpoint = _existing(graph.with_name(f"{prefix}checkpoint"))
        optimizer = _existing(graph.with_name(f"{prefix}optimizer_model.onnx"))
    subject = Subject(str(graph), checkpoint, optimizer, needs_library)
    return subject, loaded.model


def with_same_parameters(stock: Subject, optimized: Subject) -> tuple[Subject, Subject]:
    """Lend checkpoint and optimizer to the side that has no checkpoint, if the other has one."""
    if stock.checkpoint is None and optimized.checkpoint is not None:
        optimized, stock = with_same_parameters(optimized, stock)
        return stock, optimized
    if optimized.checkpoint is None:
        optimized = dataclasses.replace(optimized, checkpoint=stock.checkpoint, optimizer=stock.optimizer)
    return stock, optimized


def _existing(path: pathlib.Path) -> str | None:
    return str(path) if path.exists() else None
