"""Tells the forward half of a training graph from the backward half, by the flow of data alone."""

import dataclasses

import networkx as nx
import onnx_ir as ir

from bitgraph.errors import BadInputError
from bitgraph.graph.dataflow import dataflow, reads


@dataclasses.dataclass(frozen=True)
class Split:
    """The two halves of a training graph.

    Attributes:
        loss: The scalar that the gradients belong to.
        forward: The ancestors of the loss.
        backward: All other nodes: gradients, accumulation, optimizer.
    """

    loss: ir.Value
    forward: frozenset[ir.Node]
    backward: frozenset[ir.Node]


def split(graph: ir.Graph, loss_output: str | None = None) -> Split:
    """Split ``graph`` into its forward and backward half.

    Args:
        graph: A graph with forward and backward pass in it.
        loss_output: Name of the graph output that is the loss; found when not given.

    Raises:
        BadInputError: When there is no loss, or nothing behind it (an inference graph).
    """
    flow = dataflow(graph)
    for loss in _loss_candidates(graph, loss_output):
        producer = loss.producer()
        assert producer is not None
        forward = frozenset(nx.ancestors(flow, producer) | {producer})
        backward = frozenset(graph) - forward
        if any(_crosses(node, forward) for node in backward):
            return Split(loss, forward, backward)
    raise BadInputError(
        f"graph '{graph.name}' is an inference graph: nothing behind its loss reads the forward pass;"
        " give --loss to make a training graph of it, or name its loss with --loss-output"
    )


def _loss_candidates(graph: ir.Graph, loss_output: str | None) -> list[ir.Value]:
    """The outputs that may be the loss: named ones first, then in the graph's order."""
    if loss_output is not None:
        named = [value for value in graph.outputs if value.name == loss_output]
        if not named or named[0].producer() is None:
            outputs = ", ".join(str(value.name) for value in graph.outputs[:5])
            raise BadInputError(
                f"loss output '{loss_output}' is not computed by graph '{graph.name}';"
                f" its outputs are {outputs}"
            )
        return named
    scalars = [value for value in graph.outputs if _is_float_scalar(value)]
    return sorted(scalars, key=lambda value: "loss" not in str(value.name).lower())


def _is_float_scalar(value: ir.Value) -> bool:
    if value.producer() is None or value.shape is None:
        return False
    if value.dtype is None or not value.dtype.is_floating_point():
        return False
    return all(dim == 1 for dim in value.shape)


def _crosses(node: ir.Node, forward: frozenset[ir.Node]) -> bool:
    """Whether a backward node reads the data (not only the shape) of the forward half."""
    if node.op_type in {"Shape", "Size"}:
        return False
    return any(value.producer() in forward for value in reads(node))
