"""Prepares a forward model for ``generate_artifacts``, which takes less than ONNX allows."""

import pathlib

import onnx
from onnx.external_data_helper import load_external_data_for_model

from bitgraph.errors import BadInputError
from bitgraph.files.external_data import check_external_data
from bitgraph.files.model_file import read_model

_NEWEST_IR = 10  # of ONNX Runtime 1.19; newer versions add nothing that it could train
# Outputs that a gradient reads, and that are optional in ONNX.
_OUTPUTS = {"Dropout": 2, "LayerNormalization": 3}
_TRAINING_ONLY = {"InPlaceAccumulatorV2", "BatchNormInternal", "YieldOp"}


def prepare_forward(path: pathlib.Path, output: str | None, labels_by_class: bool) -> onnx.ModelProto:
    """Read a forward model and give it the form from which artifacts can be made.

    Args:
        path: The ``.onnx`` file.
        output: Name of the output that the loss is computed from; the first if None.
        labels_by_class: The loss takes class numbers, with the classes in dimension 1.

    Raises:
        BadInputError: It is no forward model, or has no such output.
    """
    if path.is_dir():
        raise BadInputError(f"{path}: is a directory; --loss takes a forward model, an .onnx file")
    model = read_model(path)
    check_external_data(model, path)
    if is_training_graph(model):
        raise BadInputError(f"{path}: is a training graph already; leave out --loss")
    load_external_data_for_model(model, str(path.parent))
    model.ir_version = min(model.ir_version, _NEWEST_IR)
    _keep_one_output(model.graph, path, output)
    _drop_initializer_inputs(model.graph)
    _declare_outputs(model.graph)
    if labels_by_class:
        _add_labels(model.graph)
    return model


def is_training_graph(model: onnx.ModelProto) -> bool:
    """Whether ONNX Runtime's own operators for the backward pass are in the graph."""
    return any(
        node.op_type in _TRAINING_ONLY or (node.domain and node.op_type.endswith("Grad"))
        for node in model.graph.node
    )


def _keep_one_output(graph: onnx.GraphProto, path: pathlib.Path, output: str | None) -> None:
    names = [entry.name for entry in graph.output]
    if not names or (output is not None and output not in names):
        raise BadInputError(
            f"{path}: has no output '{output}' for the loss to read; its outputs are: {', '.join(names)}"
        )
    kept = graph.output[names.index(output) if output else 0]
    rest = [entry for entry in graph.output if entry is not kept]
    for entry in rest:
        graph.output.remove(entry)


def _drop_initializer_inputs(graph: onnx.GraphProto) -> None:
    """IR version 3 lists initializers as inputs too; the artifacts would list them twice."""
    initialized = {entry.name for entry in graph.initializer}
    for entry in [entry for entry in graph.input if entry.name in initialized]:
        graph.input.remove(entry)


def _declare_outputs(graph: onnx.GraphProto) -> None:
    for number, node in enumerate(graph.node):
        wanted = _OUTPUTS.get(node.op_type, 0) if not node.domain else 0
        for index in range(wanted):
            name = f"{node.output[0]}.{node.op_type}.{number}.{index}"
            if index >= len(node.output):
                node.output.append(name)
            elif not node.output[index]:
                node.output[index] = name


def _add_labels(graph: onnx.GraphProto) -> None:
    """The artifacts would take the last dimension for the classes; ONNX's loss has them in 1."""
    shape = graph.output[0].type.tensor_type.shape.dim
    if len(shape) < 3 or any(entry.name == "labels" for entry in graph.input):
        return
    labels = graph.input.add(name="labels")
    labels.type.tensor_type.elem_type = onnx.TensorProto.INT64
    labels.type.tensor_type.shape.dim.extend([shape[0], *shape[2:]])
