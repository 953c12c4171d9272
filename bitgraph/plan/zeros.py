"""How many zeros a value is expected to hold: what a profile says, else what its operators suggest."""

import math

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.alias import VIEWS
from bitgraph.graph.constants import is_zero
from bitgraph.profiling.profile import Profile, Zeros

_SAME = VIEWS | {"Transpose", "Slice", "Split", "Gather", "Expand", "Tile", "DepthToSpace"}
_POOLS = frozenset({"MaxPool", "AveragePool"})
_CARRIERS = _SAME | _POOLS | {"Dropout"}
_ACTIVATION_ZEROS = 0.5
"""A ReLU behind a normalised or freshly initialised layer lets half of its inputs through."""

_UNKNOWN_DROPOUT = 0.1


def expected_zeros(value: ir.Value, profile: Profile | None = None) -> float:
    """Return the fraction of exact zeros expected in ``value``, from 0 to 1."""
    measured = _measured(value, profile)
    if measured is not None:
        return measured.mean
    node = value.producer()
    if node is None:
        return 0.0
    first = node.inputs[0] if node.inputs else None
    if domain.PRUNED_KEY in node.metadata_props:
        return float(node.metadata_props[domain.PRUNED_KEY])
    if node.op_type == "Relu":
        return _ACTIVATION_ZEROS
    if first is None:
        return 0.0
    if node.op_type == "Max" and any(map(is_zero, node.inputs)):
        return _ACTIVATION_ZEROS
    if node.op_type == "Where" and any(map(is_zero, node.inputs[1:])):
        return _ACTIVATION_ZEROS
    if node.op_type == "Min":
        return max(0.0 if v is None else expected_zeros(v, profile) for v in node.inputs)
    if node.op_type == "Clip":
        return _clip_zeros(node)
    if node.op_type in _SAME:
        return expected_zeros(first, profile)
    if node.op_type == "Dropout":
        ratio = _scalar(node.inputs[1] if len(node.inputs) > 1 else None, _UNKNOWN_DROPOUT)
        return 1.0 - (1.0 - expected_zeros(first, profile)) * (1.0 - ratio)
    if node.op_type in _POOLS:
        window = node.attributes["kernel_shape"].as_ints()
        return float(expected_zeros(first, profile) ** math.prod(window))
    if node.op_type == "Concat":
        parts = [expected_zeros(part, profile) for part in node.inputs if part is not None]
        return sum(parts) / len(parts)
    if node.op_type == "Mul":
        left, right = (0.0 if v is None else expected_zeros(v, profile) for v in node.inputs[:2])
        return 1.0 - (1.0 - left) * (1.0 - right)
    return 0.0


def zeros_text(value: ir.Value, fraction: float, profile: Profile | None = None) -> str:
    """Return ``fraction``, which is expected in ``value``, in words that say where it is from."""
    measured = _measured(value, profile)
    if measured is None:
        return f"{fraction:.0%} zeros are expected"
    return f"{fraction:.1%} zeros were measured ({measured.min:.1%} to {measured.max:.1%})"


def _measured(value: ir.Value, profile: Profile | None) -> Zeros | None:
    """What the profile says, unless the zeros come from an activation that was pruned since."""
    return None if profile is None or _is_pruned(value) else profile.zeros(str(value.name))


def _is_pruned(value: ir.Value) -> bool:
    node: ir.Node | None = value.producer()
    while node is not None and domain.PRUNED_KEY not in node.metadata_props:
        if node.op_type not in _CARRIERS or node.inputs[0] is None:
            return False
        node = node.inputs[0].producer()
    return node is not None


def _clip_zeros(node: ir.Node) -> float:
    """A Clip from zero up is an activation, unless a constant was added first: then it is a gate."""
    low = node.inputs[1] if len(node.inputs) > 1 else None
    if low is None or _scalar(low, 0.0) != 0.0:
        return 0.0
    source = node.inputs[0].producer() if node.inputs[0] is not None else None
    if source is None or source.op_type != "Add":
        return _ACTIVATION_ZEROS
    gate = any(v is not None and v.producer() is None and _is_single(v) for v in source.inputs)
    return 0.0 if gate else _ACTIVATION_ZEROS


def _is_single(value: ir.Value) -> bool:
    return value.shape is not None and all(dim == 1 for dim in value.shape)


def _scalar(value: ir.Value | None, default: float) -> float:
    if value is None or value.const_value is None:
        return default
    return float(value.const_value.numpy().reshape(-1)[0])
