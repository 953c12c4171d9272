"""What each input of a training graph without a checkpoint stands for.

Graphs made by ``onnxruntime.training`` take the data first, then the parameters, then one
accumulation buffer for each gradient and the flag that starts the accumulation anew.
"""

import enum

import onnx_ir as ir

BUFFER_SUFFIX = "_grad.accumulation.buffer"
_GRADIENT_SUFFIX = "_grad"
_NORMALIZATIONS = {"BatchNormalization", "BatchNormInternal"}


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
    """Tell the role of each graph input that has no initializer, in the graph's order."""
    inputs = [value for value in graph.inputs if value.name not in graph.initializers]
    names = {value.name for value in inputs}
    gradients = {output.name for output in graph.outputs}
    trained = {name for name in names if f"{name}{_GRADIENT_SUFFIX}" in gradients} | {
        name.removesuffix(BUFFER_SUFFIX) for name in names if name and name.endswith(BUFFER_SUFFIX)
    }
    roles: dict[str, Role] = {}
    for value in inputs:
        if value.name is None:
            continue
        after_data = any(role is not Role.DATA for role in roles.values())
        roles[value.name] = Role.PARAMETER if value.name in trained else _role(value, after_data=after_data)
    return roles


def _role(value: ir.Value, *, after_data: bool) -> Role:
    if value.name is not None and value.name.endswith(BUFFER_SUFFIX):
        return Role.BUFFER
    for use in value.uses():
        if (role := _role_at(use.node, use.idx)) is not None:
            return role
    if _is_symbolic(value) or not after_data:
        return Role.DATA
    return Role.DATA if value.dtype is not None and value.dtype.is_integer() else Role.PARAMETER


def _role_at(node: ir.Node, position: int) -> Role | None:
    if node.op_type == "InPlaceAccumulatorV2" and position == 2:
        return Role.FLAG
    if node.op_type in _NORMALIZATIONS and position in (3, 4):
        return Role.MEAN if position == 3 else Role.VARIANCE
    if node.op_type == "Clip" and position in (1, 2):
        return Role.CLIP_LOW if position == 1 else Role.CLIP_HIGH
    return None


def _is_symbolic(value: ir.Value) -> bool:
    return value.shape is None or not value.shape.is_static()
