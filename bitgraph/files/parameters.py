"""Decides which initializers of a forward model are trained."""

import dataclasses

import onnx

from bitgraph.errors import BadInputError

# Inputs through which no gradient flows, by operator: what is read there is a constant.
_CONSTANT_INPUTS = {
    "Clip": {1, 2},
    "Dropout": {1, 2},
    "OneHot": {2},
    "Pad": {2},
    "Resize": {1, 2},
    "Upsample": {1},
}
_STATISTICS = {"BatchNormalization": {3, 4}}


@dataclasses.dataclass(frozen=True)
class Parameters:
    """Names of initializers; what is in neither list stays a constant of the graph.

    Attributes:
        trained: Get a gradient.
        frozen: Live in the checkpoint too, but get none (running statistics).
    """

    trained: list[str]
    frozen: list[str]


def find_parameters(model: onnx.ModelProto) -> Parameters:
    """Sort the initializers of a forward model.

    Trained is every float32 initializer of rank 1 and more that the graph's outputs depend on.
    Left alone: single numbers (epsilons, scales), bounds, ratios and other inputs that have no
    gradient, other types (shapes, indices), and what no output depends on.

    Raises:
        BadInputError: Nothing would be trained.
    """
    needed = _needed_nodes(model.graph)
    statistics = _read_at(needed, _STATISTICS)
    constant = _read_at(needed, _CONSTANT_INPUTS) | statistics
    read = {name for node in needed for name in node.input}
    initializers = [entry for entry in model.graph.initializer if entry.name in read]
    trained = [
        entry.name
        for entry in initializers
        if entry.data_type == onnx.TensorProto.FLOAT and entry.dims and entry.name not in constant
    ]
    if not trained:
        raise BadInputError(
            "no float32 initializer to train; export the model with its weights as initializers"
        )
    return Parameters(trained, [entry.name for entry in initializers if entry.name in statistics])


def _needed_nodes(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    producers = {name: node for node in graph.node for name in node.output if name}
    needed: dict[int, onnx.NodeProto] = {}
    waiting = [output.name for output in graph.output]
    while waiting:
        node = producers.get(waiting.pop())
        if node is not None and id(node) not in needed:
            needed[id(node)] = node
            waiting.extend(node.input)
    return list(needed.values())


def _read_at(nodes: list[onnx.NodeProto], inputs: dict[str, set[int]]) -> set[str]:
    return {
        name
        for node in nodes
        for index, name in enumerate(node.input)
        if name and index in inputs.get(node.op_type, ())
    }
