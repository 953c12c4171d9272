"""What each input of a training graph without a checkpoint stands for.

Graphs made by ``onnxruntime.training`` take the data first, then the parameters, then one
accumulation buffer for each gradient and the flag that starts the accumulation anew.
"""

import enum

import onnx_ir as ir

from bitgraph.domain import BATCH_NORMS

BUFFER_SUFFIX = "_grad.accumulation.buffer"
_GRADIENT_SUFFIX = "_grad"
_NORMALIZATIONS = {"BatchNormalization"} | BATCH_NORMS
# Positions at which weights are read.
_WEIGHTS = {
    **{name: {1, 2} for name in BATCH_NORMS},
    "BatchNormalization": {1, 2},
    "Conv": {1, 2},
    "ConvTranspose": {1, 2},
    "Gather": {0},
    "Gemm": {1, 2},
    "LayerNormalization": {1, 2},
    "PRelu": {1},
}


class Role(enum.Enum):
    """What an input holds."""

    DATA = "data"
    PARAMETER = "parameter"
    MEAN = "mean"
    VARIANCE = "variance"
    CLIP_LOW = "clip low"
    CLIP_HIGH = "clip high"
    BUFFER = "buffer"
    FLAG = "flag"


def input_roles(graph: ir.Graph) -> dict[str, Role]:
    """Tell the role of each graph input that has no initializer, in the graph's order.

    What is neither trained nor found by the one place that reads it is data if its shape is
    symbolic or its type is no float. The rest is frozen parameters, except in a graph of fixed
    batch: there data has fixed shapes too, and is what comes before the first parameter or behind
    the last trained one, is no number and is not read as a weight.
    """
    inputs = [value for value in graph.inputs if value.name not in graph.initializers]
    trained = trained_inputs(graph)
    fixed_batch = not any(_is_symbolic(value) for value in inputs)
    last_trained = max((i for i, value in enumerate(inputs) if value.name in trained), default=len(inputs))
    roles: dict[str, Role] = {}
    for index, value in enumerate(inputs):
        name = str(value.name)
        roles[name] = Role.PARAMETER if name in trained else _role_by_use(value)
        if roles[name] is Role.DATA and not _is_symbolic(value) and _is_float(value):
            first = all(role is Role.DATA for role in roles.values())
            data = first or (index > last_trained and value.shape is not None and len(value.shape) > 0)
            if not fixed_batch or not data or _is_weight(value):
                roles[name] = Role.PARAMETER
    return roles


def trained_inputs(graph: ir.Graph) -> set[str]:
    """Return the names of the inputs that a gradient is accumulated or given out for."""
    names = {str(value.name) for value in graph.inputs if value.name not in graph.initializers}
    outputs = {output.name for output in graph.outputs}
    return {
        name for name in names if f"{name}{BUFFER_SUFFIX}" in names or f"{name}{_GRADIENT_SUFFIX}" in outputs
    }


def _role_by_use(value: ir.Value) -> Role:
    if str(value.name).endswith(BUFFER_SUFFIX):
        return Role.BUFFER
    for use in value.uses():
        op_type, position = use.node.op_type, use.idx
        if op_type == "InPlaceAccumulatorV2" and position == 2:
            return Role.FLAG
        if op_type in _NORMALIZATIONS and position in (3, 4):
            return Role.MEAN if position == 3 else Role.VARIANCE
        if op_type == "Clip" and position in (1, 2):
            return Role.CLIP_LOW if position == 1 else Role.CLIP_HIGH
    return Role.DATA


def _is_weight(value: ir.Value) -> bool:
    return any(use.idx in _WEIGHTS.get(use.node.op_type, ()) for use in value.uses())


def _is_float(value: ir.Value) -> bool:
    return value.dtype is not None and value.dtype.is_floating_point()


def _is_symbolic(value: ir.Value) -> bool:
    return value.shape is None or not value.shape.is_static()
