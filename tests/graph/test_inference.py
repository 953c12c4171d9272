"""Nodes that are alike are asked about once, whatever their values and symbols are called."""

import numpy as np
import onnx_ir as ir

from bitgraph.graph import inference
from bitgraph.graph.inference import Dims, evaluate, infer_types

OPSETS = {"": 17}


def infer(node: ir.Node, *dims: Dims) -> list[Dims | None]:
    values = [value for value in node.inputs if value is not None]
    dtypes = dict.fromkeys(values, ir.DataType.FLOAT)
    found = infer_types(node, OPSETS, dict(zip(values, dims, strict=True)), dtypes, {})
    return [None if each is None else each[0] for each in found or []]


def node_of(op_type: str, *names: str, **attributes: int | list[int] | ir.Tensor) -> ir.Node:
    node = ir.node(op_type, [ir.Value(name=name) for name in names], attributes=attributes)
    node.outputs[0].name = f"{names[0] if names else op_type}.out"
    return node


def test_symbols_come_back_as_they_were() -> None:
    assert infer(node_of("Transpose", "x", perm=[1, 0]), ("N", 3)) == [(3, "N")]
    assert infer(node_of("Transpose", "y", perm=[1, 0]), ("batch_8_buffer_2", 3)) == [(3, "batch_8_buffer_2")]
    assert infer(node_of("Add", "x", "y"), ("N", 3), ("N", 1)) == [("N", 3)]
    assert infer(node_of("Add", "x", "y"), ("N", 3), ("M", 1)) == [(None, 3)]


def test_alike_is_asked_once() -> None:
    infer(node_of("Concat", "x", "y", axis=1), ("N", 3), ("N", 5))
    asked = inference._infer.cache_info()
    assert infer(node_of("Concat", "v", "w", axis=1), ("M", 3), ("M", 5)) == [("M", 8)]
    now = inference._infer.cache_info()
    assert (now.hits, now.misses) == (asked.hits + 1, asked.misses)


def test_what_differs_is_asked_again() -> None:
    assert infer(node_of("Concat", "x", "y", axis=1), (2, 2), (2, 2)) == [(2, 4)]
    assert infer(node_of("Concat", "x", "y", axis=0), (2, 2), (2, 2)) == [(4, 2)]
    assert infer(node_of("Concat", "x", "y", axis=0), (2, 2), (3, 2)) == [(5, 2)]


def test_elements_are_part_of_the_question() -> None:
    for target in ([2, 6], [3, 4]):
        node = node_of("Reshape", "x", "target")
        x, shape = node.inputs
        assert x is not None
        assert shape is not None
        found = infer_types(
            node,
            OPSETS,
            {x: (12,), shape: (2,)},
            {x: ir.DataType.FLOAT, shape: ir.DataType.INT64},
            {shape: np.array(target, np.int64)},
        )
        assert found == [(tuple(target), ir.DataType.FLOAT)]


def test_evaluates_by_elements_and_attributes() -> None:
    node = node_of("Add", "x", "y")
    for number in (1, 2):
        result = evaluate(node, [np.array([number]), np.array([10])])
        assert result is not None
        assert result.tolist() == [number + 10]
        assert not result.flags.writeable
    for number in (1, 2):
        result = evaluate(node_of("Constant", value=ir.tensor(np.array([number]))), [])
        assert result is not None
        assert result.tolist() == [number]


def test_large_constants_are_not_remembered() -> None:
    asked = inference._evaluate.cache_info()
    evaluate(node_of("Constant", value=ir.tensor(np.arange(65))), [])
    assert inference._evaluate.cache_info() == asked


def test_unknown_operators_and_faults_give_nothing() -> None:
    assert infer(node_of("NoSuchOperator", "x"), (2,)) == []
    assert infer(node_of("MatMul", "x", "y"), (2, 3), (4, 5)) == []
