"""Loads a training graph, or the training graph of a directory of artifacts."""

import dataclasses
import os
import pathlib

import onnx
import onnx_ir as ir

from bitgraph.errors import BadInputError
from bitgraph.files.external_data import check_external_data
from bitgraph.files.find_graph import find_graph
from bitgraph.files.model_file import read_model

# ONNX Runtime makes these gradients, but has no CPU kernel that could run them.
_WITHOUT_KERNEL = {"ConvTransposeGrad": "ConvTranspose", "ResizeGrad": "Resize"}


@dataclasses.dataclass(frozen=True)
class Loaded:
    """A training graph and where it came from.

    Attributes:
        model: The graph; external data stays in its files until it is asked for.
        graph_path: The file that holds the graph.
        directory: The directory of artifacts that the user named, or None for a single file.
        data_files: Locations of external data, relative to the directory of ``graph_path``.
    """

    model: ir.Model
    graph_path: pathlib.Path
    directory: pathlib.Path | None
    data_files: tuple[str, ...] = ()

    @property
    def source(self) -> pathlib.Path:
        """What the user named: the directory, or the single file."""
        return self.directory or self.graph_path


def load(path: str | os.PathLike[str]) -> Loaded:
    """Load the training graph at ``path``.

    Args:
        path: A ``.onnx`` file, or a directory written by ``generate_artifacts``.

    Raises:
        BadInputError: There is no graph that could be read there (the message says why), or
            ONNX Runtime could not run it.
    """
    graph_path, directory = find_graph(pathlib.Path(path))
    proto = read_model(graph_path)
    data_files = check_external_data(proto, graph_path)
    model = _to_ir(proto, graph_path)
    _check_reads(model, graph_path)
    _check_kernels(model, graph_path)
    return Loaded(model, graph_path, directory, data_files)


def _to_ir(proto: onnx.ModelProto, path: pathlib.Path) -> ir.Model:
    try:
        model = ir.from_proto(proto)
    except Exception as error:  # the reader has no error of its own for a model that makes no sense
        reason = " ".join(str(error).split())
        raise BadInputError(f"{path}: is not a valid ONNX model: {reason}") from error
    ir.external_data.set_base_dir(model.graph, path.parent.absolute())
    return model


def _check_reads(model: ir.Model, path: pathlib.Path) -> None:
    for node in ir.traversal.RecursiveGraphIterator(model.graph):
        for value in node.inputs:
            if value is not None and not _is_defined(value):
                raise BadInputError(
                    f"{path}: node '{node.name}' ({node.op_type}) reads '{value.name}', which"
                    " nothing computes; is the file damaged?"
                )
    for output in model.graph.outputs:
        if not _is_defined(output):
            raise BadInputError(f"{path}: nothing computes the graph output '{output.name}'")


def _is_defined(value: ir.Value) -> bool:
    return value.producer() is not None or value.is_graph_input() or value.is_initializer()


def _check_kernels(model: ir.Model, path: pathlib.Path) -> None:
    for node in model.graph:
        if forward := _WITHOUT_KERNEL.get(node.op_type):
            raise BadInputError(
                f"{path}: node '{node.name}' ({node.op_type}): ONNX Runtime cannot train {forward}"
                " on a CPU (it has no kernel for the gradient); replace it in the model"
            )
