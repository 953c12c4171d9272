"""Shapes as ONNX Runtime knows them once a graph is loaded: numbers, symbols, and what nobody knows.

The allocation planner compares these, not sizes in bytes. What the file says is merged with what shape
inference finds for each node: a number beats a symbol, the file's symbol beats an inferred one, and what
the file leaves out is what inference says. So a number that a rename took away comes back where the
inputs of an operator still hold it, and a gradient that no file gives a shape may have one.
"""

import collections
from collections.abc import Mapping

import numpy as np
import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph import blocked
from bitgraph.graph.fold import Known, fold
from bitgraph.graph.inference import Array, Dims, infer_types
from bitgraph.graph.product import Dim, product_dims
from bitgraph.graph.sizes import Sizes
from bitgraph.graph.targets import Numbers, numbers_of, target_of

Shapes = dict[ir.Value, Dims]

_LIKE_INPUT: dict[str, tuple[int, ...]] = {
    "BatchNormInternal": (0, 1, 1, 1, 1),
    "LayerNormalizationGrad": (1, 2, 2),
    "SoftmaxCrossEntropyLossGrad": (1,),
} | dict.fromkeys(
    (
        *("BiasGelu", "BiasGeluGrad_dX", "DropoutGrad", "FastGelu", "FastGeluGrad", "Gelu", "GeluGrad"),
        *("LeakyReluGrad", "LogSoftmaxGrad_13", "QuickGelu", "QuickGeluGrad", "ReluGrad", "Scale"),
        *("SigmoidGrad", "SoftmaxGrad_13", "TanhGrad"),
    ),
    (0,),
)
"""Operators of ONNX Runtime's own that have an inferred shape, and the input whose shape it is."""


def known_shapes(model: ir.Model, sizes: Sizes) -> Shapes:
    """Return what ONNX Runtime knows of the shape of each value of ``model``, where it knows the rank."""
    graph = model.graph
    shapes: Shapes = {}
    numbers: dict[ir.Value, tuple[int, ...]] = {}
    known: Known = {}
    targets: dict[ir.Value, Numbers] = {}
    for value in [*graph.inputs, *graph.initializers.values()]:
        _note(value, declared(value), shapes, numbers)
    for node in graph:
        found = _inferred(
            node, shapes, collections.ChainMap(known, _target(node, targets)), sizes, graph.opset_imports
        )
        for value, dims in zip(node.outputs, found, strict=False):
            _note(value, _merged(declared(value), dims), shapes, numbers)
        for value in node.outputs[len(found) :]:
            _note(value, declared(value), shapes, numbers)
        known.update(fold(node, numbers, known))
        computed = numbers_of(node, shapes, targets)
        if computed is not None:
            targets[node.outputs[0]] = computed
    return shapes


def _target(node: ir.Node, targets: Mapping[ir.Value, Numbers]) -> Known:
    """The constant that the target of a Reshape becomes at load."""
    value = node.inputs[1] if node.op_type == "Reshape" else None
    constant = None if value is None else target_of(targets.get(value))
    return {} if value is None or constant is None else {value: np.array(constant, dtype=np.int64)}


def declared(value: ir.Value) -> Dims | None:
    """The shape in the file."""
    if value.shape is None:
        return None
    return tuple(dim if isinstance(dim, int) else dim.value for dim in value.shape)


def _note(
    value: ir.Value, dims: Dims | None, shapes: Shapes, numbers: dict[ir.Value, tuple[int, ...]]
) -> None:
    if dims is None:
        return
    shapes[value] = dims
    whole = tuple(dim for dim in dims if isinstance(dim, int))
    if len(whole) == len(dims):
        numbers[value] = whole


def _merged(given: Dims | None, inferred: Dims | None) -> Dims | None:
    if given is None or inferred is None:
        return inferred if given is None else given
    if len(given) != len(inferred):
        return given
    return tuple(_stronger(*pair) for pair in zip(given, inferred, strict=True))


def _stronger(given: Dim, inferred: Dim) -> Dim:
    if isinstance(given, int):
        return given
    return inferred if isinstance(inferred, int) or given is None else given


def _inferred(
    node: ir.Node,
    shapes: Shapes,
    known: collections.ChainMap[ir.Value, Array],
    sizes: Sizes,
    opsets: Mapping[str, int],
) -> list[Dims | None]:
    if node.domain not in {"", "ai.onnx"}:
        return _inferred_of_own(node, shapes)
    dtypes = {value: sizes.dtype(value) for value in node.inputs if value is not None and value.name}
    typed = {value: dtype for value, dtype in dtypes.items() if dtype is not None}
    if len(typed) < len(dtypes):
        return []
    found = infer_types(node, opsets, shapes, typed, known)
    return [] if found is None else [None if each is None else each[0] for each in found]


def _inferred_of_own(node: ir.Node, shapes: Shapes) -> list[Dims | None]:
    if node.domain == domain.DOMAIN:
        return []
    if node.domain == blocked.DOMAIN:
        return [blocked.blocked_dims(node, shapes)]
    if node.op_type == "FusedMatMul":
        first, second = (None if value is None else shapes.get(value) for value in node.inputs[:2])
        return [None if first is None or second is None else product_dims(node, first, second)]
    sources = [node.inputs[index] for index in _LIKE_INPUT.get(node.op_type, ())]
    return [None if source is None else shapes.get(source) for source in sources]
