"""Shapes and types of one node's outputs, from those of its inputs."""

from collections.abc import Mapping

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph import blocked
from bitgraph.graph.fold import Known
from bitgraph.graph.inference import Dims, infer_types
from bitgraph.graph.product import product_dims

Shape = tuple[int, ...]
Inferred = dict[ir.Value, tuple[Shape | None, ir.DataType | None]]

_LIKE_INPUT: dict[str, tuple[int | None, ...]] = {
    "BatchNormInternal": (0, 1, 1, 1, 1),
    "BatchNormalizationGrad": (1, 2, 2),
    "BiasGeluGrad_dX": (1,),
    domain.BATCH_NORM_GRAD: (0, 2, 2),
    domain.BATCH_NORM_IN_PLACE: (0, 1, 1, 1, 1),
    domain.LAYER_NORM_GRAD: (0, 2, 2),
    "ConvGrad": (1, 2),
    domain.CONV_GRAD_IN_PLACE: (1, 2),
    domain.CONV_GRAD_HELD: (None, 2),
    "LayerNormalizationGrad": (1, 2, 2),
    "SimplifiedLayerNormalizationGrad": (1, 2),
    "SoftmaxCrossEntropyLossGrad": (1,),
    "SoftmaxCrossEntropyLossInternalGrad": (1,),
    "GatherElementsGrad": (1,),
}
"""Operators without a schema in onnx whose output i looks like the input named here, if any; the rest of
them (ReluGrad, DropoutGrad, Gelu ...) have one output that looks like input 0."""

_COMPARISONS = frozenset({"GreaterOrEqual", "LessOrEqual"})
"""Standard operators that onnx defines by a function body, without inference of their own."""


def infer_outputs(
    node: ir.Node,
    model: ir.Model,
    shapes: Mapping[ir.Value, Shape],
    dtypes: Mapping[ir.Value, ir.DataType],
    known: Known,
) -> Inferred:
    """Return what can be told of the outputs of ``node``.

    Operators of the ONNX standard go through onnx's own shape inference with concrete dims;
    for training operators a small table says which input an output looks like.
    """
    if node.op_type == "ConcatTraining":
        return _concat(node, shapes, dtypes)
    if node.op_type == "SplitTraining":
        return _split(node, shapes, dtypes, known)
    if node.op_type == "FusedMatMul":
        return _product(node, shapes, dtypes)
    if node.domain == blocked.DOMAIN:
        source = node.inputs[0]
        dtype = None if source is None else dtypes.get(source)
        return {node.outputs[0]: (_shape(blocked.blocked_dims(node, shapes), node, shapes), dtype)}
    if any(value is not None and value not in dtypes for value in node.inputs):
        return _like_inputs(node, shapes, dtypes)
    found = infer_types(node, model.graph.opset_imports, shapes, dtypes, known)
    if found is None:
        return _like_inputs(node, shapes, dtypes)
    return {
        value: (_shape(each[0], node, shapes), each[1])
        for value, each in zip(node.outputs, found, strict=True)
        if each is not None
    }


def _concat(
    node: ir.Node, shapes: Mapping[ir.Value, Shape], dtypes: Mapping[ir.Value, ir.DataType]
) -> Inferred:
    """The training build's Concat: the whole, and the length of each part."""
    parts = [value for value in node.inputs if value is not None]
    lengths = {value: ((len(parts),), ir.DataType.INT64) for value in node.outputs[1:]}
    if not all(value in shapes for value in parts):
        return dict(lengths)
    whole = list(shapes[parts[0]])
    axis = node.attributes["axis"].as_int()
    whole[axis] = sum(shapes[value][axis] for value in parts)
    return {node.outputs[0]: (tuple(whole), dtypes.get(parts[0])), **lengths}


def _split(
    node: ir.Node,
    shapes: Mapping[ir.Value, Shape],
    dtypes: Mapping[ir.Value, ir.DataType],
    known: Known,
) -> Inferred:
    """The training build's Split, whose lengths are an input."""
    source, lengths = node.inputs[:2]
    if source is None or lengths is None or source not in shapes or lengths not in known:
        return {}
    axis = node.attributes["axis"].as_int()
    split: Inferred = {}
    for value, length in zip(node.outputs, known[lengths].reshape(-1), strict=False):
        part = list(shapes[source])
        part[axis] = int(length)
        split[value] = (tuple(part), dtypes.get(source))
    return split


def _product(
    node: ir.Node, shapes: Mapping[ir.Value, Shape], dtypes: Mapping[ir.Value, ir.DataType]
) -> Inferred:
    """A product whose operands may be transposed in their last two dims."""
    first, second = node.inputs[:2]
    if first is None or second is None or first not in shapes or second not in shapes:
        return {}
    dims = product_dims(node, shapes[first], shapes[second])
    shape = tuple(dim for dim in dims or () if isinstance(dim, int))
    return {node.outputs[0]: (shape if dims and len(shape) == len(dims) else None, dtypes.get(first))}


def _shape(inferred: Dims | None, node: ir.Node, shapes: Mapping[ir.Value, Shape]) -> Shape | None:
    """The dims as numbers, as far as those of the inputs tell them."""
    if inferred is None:
        return _same_elements(node, None, shapes)
    dims = [dim if isinstance(dim, int) else -1 for dim in inferred]
    return _same_elements(node, dims, shapes) if -1 in dims else tuple(dims)


def _same_elements(node: ir.Node, dims: list[int] | None, shapes: Mapping[ir.Value, Shape]) -> Shape | None:
    """A view keeps the number of elements: that gives the one dim that inference left open."""
    source = node.inputs[0] if node.inputs else None
    if node.op_type not in {"Reshape", "Expand", "Squeeze", "Unsqueeze", "Flatten"}:
        return None
    if source is None or source not in shapes or node.op_type == "Expand":
        return None
    elements = 1
    for dim in shapes[source]:
        elements *= dim
    if dims is None or dims.count(-1) != 1:
        return (elements,)
    known = 1
    for dim in dims:
        known *= dim if dim != -1 else 1
    return tuple(elements // max(known, 1) if dim == -1 else dim for dim in dims)


def _like_inputs(
    node: ir.Node, shapes: Mapping[ir.Value, Shape], dtypes: Mapping[ir.Value, ir.DataType]
) -> Inferred:
    like = _LIKE_INPUT.get(node.op_type, (0,))
    inferred: Inferred = {}
    for value, index in zip(node.outputs, like, strict=False):
        source = node.inputs[index] if index is not None and index < len(node.inputs) else None
        if source is not None:
            dtype = ir.DataType.BOOL if node.op_type in _COMPARISONS else dtypes.get(source)
            inferred[value] = (shapes.get(source), dtype)
    return inferred
