"""Decides where a ReLU is to let less through: lossy, and done only when it is asked for.

``y = Relu(x)`` becomes ``y = ThresholdedRelu(x)``, which is ``x`` where that is above a threshold, else
zero. All that reads ``y`` sees the pruned tensor, forward and backward, and the gradient is exact for the
pruned net: ReluGrad lets a gradient pass where ``y`` is positive, and that is where ``x`` is above the
threshold. A ReluGrad that reads ``x``, as ONNX Runtime makes it where nothing else keeps ``y``, is to read
``y``.

Where only a MaxPool reads ``y``, it is the pool's output that is held. A maximum is above a threshold when
one of its values is, so the threshold is the one that gives that output its zeros.
"""

import dataclasses

import numpy as np
import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.errors import BadInputError
from bitgraph.graph.split import split
from bitgraph.profiling.profile import LEVELS, Profile

_COMPARISONS = frozenset({"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Sign"})
"""What a gradient that is made of standard operators asks an activation with."""


@dataclasses.dataclass(frozen=True)
class Pruning:
    """One activation that is pruned.

    Attributes:
        name: The output of the ReLU.
        held: The tensor that gets its zeros: the same, or what a MaxPool makes of it.
        threshold: What is not above it becomes zero.
        zeros: The fraction of zeros that this is expected to give.
    """

    name: str
    held: str
    threshold: float
    zeros: float


def make_prunings(model: ir.Model, config: Config) -> tuple[Pruning, ...]:
    """Return the activations of ``model`` that the config's rate of pruning is for.

    A threshold is the level of the profile below which that fraction of the elements lies. An activation
    that has as many zeros anyway is not pruned.

    Args:
        model: A training graph; it is not changed.
        config: The rate, the profile, and the tensors to include or exclude.

    Raises:
        BadInputError: There is no profile with levels, or nothing that can be pruned.
    """
    rate, profile = config.prune_activations, config.profile
    if rate is None:
        return ()
    if profile is None or not any(tensor.levels for tensor in profile.tensors):
        raise BadInputError(
            "--prune-activations takes its thresholds from a profile: record one with"
            " 'bitgraph profile --levels' and give it with --profile"
        )
    made = [
        _pruning(str(value.name), str(held.name), rate, profile)
        for value, held in prunable(model.graph, config.loss_output).items()
        if config.refusal(str(value.name), "Relu") is None and profile.levels(str(held.name))
    ]
    if not made:
        raise BadInputError(
            "--prune-activations finds no float32 ReLU to prune: it must be in the profile, have a ReluGrad,"
            " and not be excluded"
        )
    return tuple(pruning for pruning in made if pruning.threshold > 0.0)


def prunable(graph: ir.Graph, loss_output: str | None = None) -> dict[ir.Value, ir.Value]:
    """Return the outputs of the ReLUs whose gradient stays exact, and the tensor that is held for each.

    That is so when a ReluGrad reads the output, or the input of this ReLU alone, and nothing in the
    backward pass compares one of them with anything, as another form of the gradient would.
    """
    halves = split(graph, loss_output)
    return {
        node.outputs[0]: _held(node.outputs[0], halves.backward)
        for node in graph
        if node in halves.forward and _is_prunable(node, halves.backward)
    }


def _is_prunable(node: ir.Node, backward: frozenset[ir.Node]) -> bool:
    if (node.domain, node.op_type) != ("", "Relu") or node.outputs[0].dtype is not ir.DataType.FLOAT:
        return False
    behind = {use.node for value in (node.inputs[0], node.outputs[0]) if value for use in value.uses()}
    if any(reader in backward and reader.op_type in _COMPARISONS for reader in behind):
        return False
    alone = sum(reader.op_type == "Relu" for reader in behind) == 1
    return alone and any(reader.op_type == "ReluGrad" for reader in behind)


def _held(value: ir.Value, backward: frozenset[ir.Node]) -> ir.Value:
    readers = {use.node for use in value.uses()} - backward
    if len(readers) != 1:
        return value
    (reader,) = readers
    return reader.outputs[0] if reader.op_type == "MaxPool" else value


def _pruning(name: str, held: str, rate: float, profile: Profile) -> Pruning:
    threshold = float(np.float32(np.interp(rate, LEVELS, profile.levels(held))))
    return Pruning(name, held, threshold, rate)
