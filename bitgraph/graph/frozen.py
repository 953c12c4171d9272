"""Says what lies before every trained parameter: no gradient goes there, so that nothing is held of it."""

from collections.abc import Collection

import networkx as nx
import onnx_ir as ir

from bitgraph.graph.dataflow import dataflow, reads
from bitgraph.graph.inputs import Role, input_roles, trained_inputs
from bitgraph.graph.split import split

_NAMED = 3


def frozen_notes(graph: ir.Graph, loss_output: str | None, stashes: Collection[str]) -> list[str]:
    """Return a line on the frozen part of ``graph``, or none where nothing is frozen ahead of the rest.

    Args:
        graph: A training graph whose trained parameters are inputs.
        loss_output: See ``split``.
        stashes: Names of the values that the backward pass reads.
    """
    trained = trained_inputs(graph)
    if not trained:
        return []
    halves = split(graph, loss_output)
    flow = dataflow(graph)
    readers = {node for node in flow if any(value.name in trained for value in reads(node))}
    behind = readers.union(*(nx.descendants(flow, reader) for reader in readers))
    before = [node for node in graph if node in halves.forward - behind]
    frozen = _frozen(graph, trained, before)
    if not frozen:
        return []
    edge = [str(v.name) for node in before for v in node.outputs if v.name in stashes]
    line = (
        f"frozen: the parameters before every trained one ({len(frozen)}, the first is '{frozen[0]}'); no"
        f" gradient goes through the {len(before)} of {len(halves.forward)} forward nodes there, nothing is"
        " held of them"
    )
    if not edge:
        return [line]
    rest = f" and {len(edge) - _NAMED} more" if len(edge) > _NAMED else ""
    return [f"{line} but {', '.join(edge[:_NAMED])}{rest}, which trained nodes read"]


def _frozen(graph: ir.Graph, trained: set[str], before: list[ir.Node]) -> list[str]:
    """Names of the parameters that nothing but nodes of the frozen part reads."""
    roles, inside = input_roles(graph), set(before)
    return [
        str(value.name)
        for value in dict.fromkeys([*graph.inputs, *graph.initializers.values()])
        if value.name not in trained
        and (roles.get(str(value.name)) is Role.PARAMETER or _is_kept_weight(value))
        and value.uses()
        and all(use.node in inside for use in value.uses())
    ]


def _is_kept_weight(value: ir.Value) -> bool:
    """Whether a constant of the graph is a matrix, a table or a kernel: a weight that is no parameter."""
    if value.const_value is None or not value.const_value.dtype.is_floating_point():
        return False
    return sum(size > 1 for size in value.const_value.shape.numpy()) > 1
