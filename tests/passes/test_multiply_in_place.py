"""Products with a constant that take the memory of what is multiplied, and those that do not."""

import numpy as np
import onnx_ir as ir
import pytest
from bitgraph.passes import MultiplyInPlacePass
from graphs import graph, nodes

from bitgraph import Config

SHAPE = "8, 16, 32, 32"


def model(body: str, factor: np.ndarray, outputs: str = "") -> ir.Model:
    subject = graph(
        body,
        inputs=f"float[{SHAPE}] x",
        outputs=f"float[{SHAPE}] z{outputs}",
        values=f"float[{SHAPE}] a, float[{SHAPE}] y",
    )
    constant = ir.Value(name="c", const_value=ir.tensor(factor, name="c"))
    subject.graph.register_initializer(constant)
    for node in subject.graph:
        for index, value in enumerate(node.inputs):
            if value is not None and value.name == "c":
                node.replace_input_with(index, constant)
    return subject


COLUMNS = np.ones(32, np.float32)


@pytest.mark.parametrize("product", ["Mul(a, c)", "Mul(c, a)"])
def test_in_place(product: str) -> None:
    subject = model(f"c = Identity(x) a = Concat <axis = 0> (x) y = {product} z = Neg(y)", COLUMNS)
    assert MultiplyInPlacePass()(subject).modified
    assert nodes(subject)[1:] == [
        "a = Concat(x)",
        "a.alike = Barrier(a)",
        "y = MulInPlace(a.alike, c)",
        "z = Neg(y)",
    ]


LEFT_ALONE = {
    "an input": ("y = Mul(x, c) z = Neg(y)", COLUMNS, ""),
    "an output": ("a = Concat <axis = 0> (x) z = Mul(a, c)", COLUMNS, ""),
    "read by another": ("a = Concat <axis = 0> (x) y = Mul(a, c) z = Add(y, a)", COLUMNS, ""),
    "another output": ("a = Concat <axis = 0> (x) y = Mul(a, c) z = Neg(y)", COLUMNS, f", float[{SHAPE}] a"),
    "what is computed": ("a = Neg(x) y = Mul(a, c) z = Neg(y)", COLUMNS, ""),
    "a number": ("a = Concat <axis = 0> (x) y = Mul(a, c) z = Neg(y)", COLUMNS[:1], ""),
    "no numbers": ("a = Concat <axis = 0> (x) y = Mul(a, c) z = Neg(y)", COLUMNS * np.nan, ""),
}


@pytest.mark.parametrize(("body", "factor", "outputs"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_left_alone(body: str, factor: np.ndarray, outputs: str) -> None:
    subject = model(f"c = Identity(x) {body}", factor, outputs)
    untouched = nodes(subject)
    assert not MultiplyInPlacePass()(subject).modified
    assert nodes(subject) == untouched


def test_what_is_excluded_is_left_alone() -> None:
    subject = model("c = Identity(x) a = Concat <axis = 0> (x) y = Mul(a, c) z = Neg(y)", COLUMNS)
    assert not MultiplyInPlacePass(Config(exclude=["a"]))(subject).modified
