"""Which activations of a chain are computed together with the batch norm in front of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from bitgraph import domain
from bitgraph.plan.bounds import high_of, is_number, low_of
from bitgraph.plan.repeatable import BATCH_NORM

_LARGEST = float(np.finfo(np.float32).max)
"""What a Clip without a bound clips at: infinity becomes this."""


def epsilon_of(norm: ir.Node) -> float:
    """Return the epsilon of a batch norm, the standard's default if it names none."""
    return norm.attributes["epsilon"].as_float() if "epsilon" in norm.attributes else 1e-5


def norms_behind(nodes: Sequence[ir.Node]) -> dict[ir.Node, ir.Node]:
    """Return the batch norm for each activation in ``nodes`` that alone reads one of them.

    Args:
        nodes: A chain of forward nodes.
    """
    readers: dict[ir.Value, list[ir.Node]] = {}
    for node in nodes:
        for value in node.inputs:
            if value is not None:
                readers.setdefault(_unfenced(value), []).append(node)
    norms = {}
    for norm in nodes:
        if norm.op_type != BATCH_NORM:
            continue
        behind = readers.get(norm.outputs[0], [])
        if len(behind) == 1 and _can_join(behind[0]):
            norms[behind[0]] = norm
    return norms


def activation_attributes(node: ir.Node) -> dict[str, Any]:
    """Return what says to the operator which activation ``node`` is; none if it is the norm itself."""
    if node.op_type == "Relu":
        return {"activation": "relu"}
    if node.op_type == "Clip":
        low, high = [*node.inputs[1:], None, None][:2]
        return {"activation": "clip", "low": low_of(low, -_LARGEST), "high": high_of(high, _LARGEST)}
    return {"activation": "none"}


def _can_join(node: ir.Node) -> bool:
    return node.op_type == "Relu" or (node.op_type == "Clip" and all(map(is_number, node.inputs[1:])))


def _unfenced(value: ir.Value) -> ir.Value:
    node = value.producer()
    if node is not None and node.op_type == domain.BARRIER and node.inputs[0] is not None:
        return node.inputs[0]
    return value
