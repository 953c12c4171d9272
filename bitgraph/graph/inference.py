"""onnx's own inference and evaluation of one node, asked once for all nodes that are alike.

A search makes dozens of graphs of the same few operators. What is asked is plain data, without the names of
values and symbols, so that the answer is remembered whatever graph a node is in.
"""

import dataclasses
import functools
from collections.abc import Mapping, Sequence

import numpy as np
import onnx
import onnx_ir as ir
from onnx.reference import ReferenceEvaluator

from bitgraph.graph.product import Dim

Array = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Dims = tuple[Dim, ...]
Type = tuple[Dims | None, ir.DataType | None]

MAX_ELEMENTS = 64
"""Larger tensors are no computed shapes: they are not looked into, and not remembered."""

_REMEMBERED = 1 << 14
"""Answers that are kept, about a kilobyte each; a graph of thousands of nodes asks some hundred questions."""

_SINGLE = frozenset({ir.AttributeType.INT, ir.AttributeType.FLOAT, ir.AttributeType.STRING})
_SEVERAL = frozenset({ir.AttributeType.INTS, ir.AttributeType.FLOATS, ir.AttributeType.STRINGS})
_PLAIN = _SINGLE | _SEVERAL


@dataclasses.dataclass(frozen=True, slots=True)
class _Numbers:
    """A small tensor."""

    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    data: bytes

    def array(self) -> Array:
        return np.frombuffer(self.data, self.dtype).reshape(self.shape)


@dataclasses.dataclass(frozen=True, slots=True)
class _Operator:
    """A node without its values: attributes as name, kind and value, or as bytes of the file format."""

    domain: str
    op_type: str
    attributes: tuple[tuple[str, ir.AttributeType, object] | bytes, ...]

    def proto(self, inputs: Sequence[str], outputs: Sequence[str]) -> onnx.NodeProto:
        node = onnx.helper.make_node(self.op_type, inputs, outputs, domain=self.domain)
        node.attribute.extend(map(_attribute, self.attributes))
        return node


@dataclasses.dataclass(frozen=True, slots=True)
class _Operand:
    """What is known of an input."""

    dtype: int
    dims: Dims | None
    numbers: _Numbers | None

    def with_short(self, symbols: dict[str, str]) -> "_Operand":
        """The same with a short name for each symbol, by its place among those that came before."""
        if self.dims is None or not any(isinstance(dim, str) for dim in self.dims):
            return self
        dims = (symbols.setdefault(d, f"d{len(symbols)}") if isinstance(d, str) else d for d in self.dims)
        return _Operand(self.dtype, tuple(dims), self.numbers)


def infer_types(
    node: ir.Node,
    opsets: Mapping[str, int],
    shapes: Mapping[ir.Value, Dims],
    dtypes: Mapping[ir.Value, ir.DataType],
    known: Mapping[ir.Value, Array],
) -> list[Type | None] | None:
    """Return what onnx infers of each output of ``node``: dims, where it knows the rank, and element type.

    Args:
        node: A node; all of its inputs have an element type in ``dtypes``.
        opsets: Version of each domain.
        shapes: Dims of values: numbers, symbols, None where nobody knows.
        dtypes: Element types of values.
        known: Small tensors known so far, beside the constants of the graph.

    Returns:
        None where onnx has no such operator, or finds fault with the node.
    """
    operands: list[_Operand | None] = []
    for value in node.inputs:
        if value is None or not value.name:
            operands.append(None)
            continue
        data = known.get(value)
        numbers = _numbers(small_constant(value) if data is None else data)
        operands.append(_Operand(int(dtypes[value]), shapes.get(value), numbers))
    operator, versions = _operator(node), tuple(opsets.items())
    if not _is_plain(node):
        names = [value.name if value is not None and value.name else "" for value in node.inputs]
        outputs = [value.name or "" for value in node.outputs]
        found = _infer.__wrapped__(operator, versions, tuple(operands), tuple(names), tuple(outputs))
        return None if found is None else list(found)
    symbols: dict[str, str] = {}
    alike = tuple(None if each is None else each.with_short(symbols) for each in operands)
    inputs = tuple(f"x{index}" if each else "" for index, each in enumerate(alike))
    wanted = tuple(f"y{index}" if value.name else "" for index, value in enumerate(node.outputs))
    found = _infer(operator, versions, alike, inputs, wanted)
    if found is None or not symbols:
        return None if found is None else list(found)
    long = {short: name for name, short in symbols.items()}
    return [None if each is None else (_renamed(each[0], long), each[1]) for each in found]


def evaluate(node: ir.Node, data: Sequence[Array | None]) -> Array | None:
    """Return the output of ``node``, which has one, for inputs ``data``; None where it cannot be told."""
    numbers = [None if each is None else _numbers(each) for each in data]
    if any(each is None != (given is None) for each, given in zip(numbers, data, strict=True)):
        return None
    ask = _evaluate if _is_plain(node) else _evaluate.__wrapped__
    return ask(_operator(node), tuple(numbers))


def small_constant(value: ir.Value) -> Array | None:
    """Return the elements of ``value``, if it is a small tensor in the file."""
    tensor = value.const_value
    return tensor.numpy() if tensor is not None and tensor.size <= MAX_ELEMENTS else None


@functools.lru_cache(_REMEMBERED)
def _infer(
    operator: _Operator,
    opsets: tuple[tuple[str, int], ...],
    operands: tuple[_Operand | None, ...],
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
) -> tuple[Type | None, ...] | None:
    types, data = {}, {}
    for name, each in zip(inputs, operands, strict=True):
        if each is None:
            continue
        types[name] = onnx.helper.make_tensor_type_proto(each.dtype, each.dims)
        if each.numbers is not None:
            data[name] = onnx.numpy_helper.from_array(each.numbers.array())
    try:
        schema = onnx.defs.get_schema(operator.op_type, dict(opsets).get(operator.domain, 1), operator.domain)
        found = onnx.shape_inference.infer_node_outputs(
            schema,
            operator.proto(inputs, outputs),
            types,
            data,
            opset_imports=[onnx.helper.make_opsetid(*opset) for opset in opsets],
        )
    except (onnx.defs.SchemaError, onnx.shape_inference.InferenceError, RuntimeError, ValueError):
        return None
    return tuple(_type(found[name]) if name in found else None for name in outputs) if found else None


@functools.lru_cache(_REMEMBERED)
def _evaluate(operator: _Operator, data: tuple[_Numbers | None, ...]) -> Array | None:
    inputs = ["" if each is None else f"x{index}" for index, each in enumerate(data)]
    feeds = {name: each.array() for name, each in zip(inputs, data, strict=True) if each is not None}
    try:
        (result,) = ReferenceEvaluator(operator.proto(inputs, ["y"])).run(None, feeds)
    except Exception:  # whatever it cannot evaluate stays unknown
        return None
    array = np.asarray(result)
    array.setflags(write=False)
    return array


def _operator(node: ir.Node) -> _Operator:
    attributes: list[tuple[str, ir.AttributeType, object] | bytes] = []
    for each in node.attributes.values():
        if each.type in _SINGLE:
            attributes.append((each.name, each.type, each.value))
        elif each.type in _SEVERAL:
            attributes.append((each.name, each.type, tuple(each.value)))
        else:
            attributes.append(ir.serde.serialize_attribute(each).SerializeToString())
    return _Operator(node.domain, node.op_type, tuple(attributes))


def _is_plain(node: ir.Node) -> bool:
    """Whether the attributes are small and have no graph in them, which goes by the names around it."""
    return all(
        each.type in _PLAIN
        or (each.type == ir.AttributeType.TENSOR and each.as_tensor().size <= MAX_ELEMENTS)
        for each in node.attributes.values()
    )


def _attribute(given: tuple[str, ir.AttributeType, object] | bytes) -> onnx.AttributeProto:
    if isinstance(given, bytes):
        return onnx.AttributeProto.FromString(given)
    name, kind, value = given
    return onnx.helper.make_attribute(name, value, attr_type=int(kind))


def _numbers(data: Array | None) -> _Numbers | None:
    """``data`` as plain data; None where it holds something else than numbers."""
    if data is None or data.dtype.kind not in "biuf":
        return None
    return _Numbers(data.dtype, data.shape, data.tobytes())


def _type(proto: onnx.TypeProto) -> Type:
    tensor = proto.tensor_type
    dtype = ir.DataType(tensor.elem_type) if tensor.elem_type else None
    if not tensor.HasField("shape"):
        return None, dtype
    dims = (dim.dim_value if dim.HasField("dim_value") else dim.dim_param or None for dim in tensor.shape.dim)
    return tuple(dims), dtype


def _renamed(dims: Dims | None, names: Mapping[str, str]) -> Dims | None:
    return None if dims is None else tuple(names[dim] if isinstance(dim, str) else dim for dim in dims)
