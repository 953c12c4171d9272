"""Shapes in blocks of channels are those of the standard operators."""

import onnx
import onnx_ir as ir
import pytest

from bitgraph.graph.blocked import DOMAIN, blocked_dims

WINDOWS = [
    "kernel_shape = [3, 3]",
    "kernel_shape = [3, 3], pads = [1, 0, 1, 2]",
    "kernel_shape = [3, 3], strides = [2, 3], pads = [1, 1, 1, 1]",
    "kernel_shape = [3, 3], dilations = [2, 1]",
    'kernel_shape = [3, 3], strides = [2, 2], auto_pad = "SAME_UPPER"',
    'kernel_shape = [3, 3], strides = [2, 2], auto_pad = "VALID"',
]
CALLS = [
    *(f"y = Conv <{windows}> (x, w)" for windows in WINDOWS),
    *(f"y = MaxPool <{windows}> (x)" for windows in WINDOWS),
    "y = AveragePool <kernel_shape = [3, 3], strides = [2, 2], ceil_mode = 1> (x)",
    "y = GlobalAveragePool (x)",
]
SHAPES = {"x": (2, 16, 12, 11), "w": (32, 16, 3, 3)}


def inferred(call):
    inputs = "float[2, 16, 12, 11] x, float[32, 16, 3, 3] w"
    text = f'<ir_version: 9, opset_import: ["" : 17]> g ({inputs}) => (y) {{ {call} }}'
    model = onnx.shape_inference.infer_shapes(onnx.parser.parse_model(text), strict_mode=True)
    return tuple(dim.dim_value for dim in model.graph.output[0].type.tensor_type.shape.dim), model


@pytest.mark.parametrize("call", CALLS)
def test_like_the_standard_operator(call):
    expected, model = inferred(call)
    (node,) = ir.from_proto(model).graph
    node.domain = DOMAIN
    assert blocked_dims(node, {value: SHAPES[value.name] for value in node.inputs}) == expected


def test_channels_come_back_as_they_were():
    x = ir.Value(name="x")
    node = ir.node("ReorderOutput", [x], attributes={"channels": 12}, domain=DOMAIN)
    assert blocked_dims(node, {x: (2, 16, 5, 7)}) == (2, 12, 5, 7)
    assert blocked_dims(node, {}) is None


def test_a_symbolic_batch_stays():
    _, model = inferred(CALLS[0])
    (node,) = ir.from_proto(model).graph
    node.domain = DOMAIN
    shapes = {value: SHAPES[value.name] for value in node.inputs}
    x = node.inputs[0]
    assert blocked_dims(node, shapes | {x: ("N", 16, 12, 11)}) == ("N", 32, 10, 9)
    assert blocked_dims(node, shapes | {x: ("N", 16, "H", 11)}) is None
