"""Tensors whose bytes lie in files beside the model: which they are, and whether they are whole."""

import pathlib
from collections.abc import Iterable, Iterator

import onnx
from onnx.external_data_helper import ExternalDataInfo, uses_external_data

from bitgraph.errors import BadInputError


def external_tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Give every tensor with external data: initializers, attributes, subgraphs, functions."""
    for tensor in _tensors(model):
        if uses_external_data(tensor):
            yield tensor


def location(tensor: onnx.TensorProto) -> str:
    """Give the file of an external tensor, relative to its model's directory."""
    return str(ExternalDataInfo(tensor).location)


def move(tensor: onnx.TensorProto, new_location: str) -> None:
    """Make an external tensor point to the same place in another file."""
    for entry in tensor.external_data:
        if entry.key == "location":
            entry.value = new_location


def check_external_data(model: onnx.ModelProto, path: pathlib.Path) -> tuple[str, ...]:
    """Check that the files are there and long enough, and give their locations.

    Args:
        model: The model, read from ``path``.
        path: The model's file; external data is relative to its directory.

    Raises:
        BadInputError: A file is missing, too short, or outside the model's directory.
    """
    locations: dict[str, None] = {}
    for tensor in external_tensors(model):
        _check(tensor, path)
        locations[location(tensor)] = None
    return tuple(locations)


def _check(tensor: onnx.TensorProto, path: pathlib.Path) -> None:
    info = ExternalDataInfo(tensor)
    where = f"{path}: the data of '{tensor.name}'"
    if not info.location:
        raise BadInputError(f"{where} is external, but no file is named; export the model again")
    relative = pathlib.PurePath(info.location)
    if relative.is_absolute() or ".." in relative.parts:
        raise BadInputError(
            f"{where} is in '{info.location}', outside the model's directory; put that file beside the model"
        )
    file = path.parent / relative
    try:
        size = file.stat().st_size
    except OSError as error:
        raise BadInputError(
            f"{where} is in '{info.location}', which cannot be read: {error.strerror};"
            " put that file beside the model"
        ) from error
    end = (info.offset or 0) + (info.length or 0)
    if not file.is_file() or size < end:
        raise BadInputError(
            f"{where} ends at byte {end} of '{info.location}', which has {size}; is that file cut off?"
        )


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    yield from _in_graph(model.graph)
    for function in model.functions:
        yield from _in_nodes(function.node)


def _in_graph(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    yield from _in_nodes(graph.node)


def _in_nodes(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.TensorProto]:
    for node in nodes:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
            for graph in (attribute.g, *attribute.graphs):
                yield from _in_graph(graph)
