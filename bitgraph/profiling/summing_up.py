"""From what each step told to what is recorded."""

import math
import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from bitgraph import domain
from bitgraph.profiling.profile import NodeProfile, TensorProfile, Zeros


def seconds_of(found: dict[str, Any]) -> float:
    """Return the median time of a step."""
    return float(statistics.median(step["seconds"] for step in found["steps"]))


def tensor_profiles(found: dict[str, Any], counting: Sequence[ir.Node]) -> tuple[TensorProfile, ...]:
    """Return what the nodes that count told of their tensors.

    Args:
        found: What the child process measured.
        counting: Each CountZeros node of the graph.
    """
    return tuple(_tensor(node, found["steps"]) for node in counting)


def node_profiles(found: dict[str, Any], *, counting: bool) -> tuple[NodeProfile, ...]:
    """Return the times of the nodes that count, or those of all others."""
    return tuple(
        NodeProfile(name, op_type, seconds)
        for name, op_type, seconds in found["nodes"]
        if (op_type == domain.COUNT_ZEROS) is counting
    )


def _tensor(node: ir.Node, steps: Sequence[dict[str, Any]]) -> TensorProfile:
    value, counts = node.inputs[0], node.outputs[1]
    assert value is not None
    assert value.dtype is not None
    producer = value.producer()
    assert producer is not None
    told = [step["counts"][counts.name] for step in steps]
    fractions = [zeros / max(1, math.prod(dims)) for zeros, *dims in told]
    # fmean of equal numbers may differ from them in the last digit; it must lie between the two.
    mean = min(max(statistics.fmean(fractions), min(fractions)), max(fractions))
    return TensorProfile(
        name=str(value.name),
        op_type=producer.op_type,
        dtype=value.dtype.numpy().name,
        # Where the shape differs from step to step, the largest is what memory is needed for.
        shape=tuple(max((dims for _, *dims in told), key=math.prod)),
        zeros=Zeros(mean, min(fractions), max(fractions)),
        levels=_levels(str(value.name), steps),
    )


def _levels(name: str, steps: Sequence[dict[str, Any]]) -> tuple[float, ...]:
    told = [step["levels"][name] for step in steps if name in step["levels"]]
    return tuple(map(float, np.mean(told, axis=0))) if told else ()
