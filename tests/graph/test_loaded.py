"""What is left of a graph once the runtime has fused it."""

import graphs
import pytest

from bitgraph.graph.loaded import Loaded

INPUTS = "float[4, 8] a, float[6, 8] w, float[6, 4] v"
CONSTANT = "c = Constant <value = float {0.5}> ()\n"

CASES = {
    "a transposed operand": (
        "t = Transpose <perm = [1, 0]> (w)  y = MatMul(a, t)",
        {"y": ["a", "w"]},
    ),
    "a transposed operand of two products": (
        "t = Transpose <perm = [1, 0]> (w)  s = MatMul(a, t)  y = com.microsoft.FusedMatMul(s, t)",
        {"s": ["a", "w"], "y": ["s", "w"]},
    ),
    "a transposed operand that another node reads": (
        "t = Transpose <perm = [1, 0]> (w)  s = MatMul(a, t)  n = Neg(t)  y = MatMul(s, n)",
        {"t": ["w"], "n": ["t"], "s": ["a", "w"], "y": ["s", "n"]},
    ),
    "another permutation": (
        "t = Transpose <perm = [0, 1]> (v)  y = MatMul(t, a)",
        {"t": ["v"], "y": ["t", "a"]},
    ),
    "a transposed copy": (
        "i = Identity(w)  t = Transpose <perm = [1, 0]> (i)  y = MatMul(a, t)",
        {"y": ["a", "w"]},
    ),
    "a scaled operand": ("s = Mul(v, c)  y = MatMul(s, a)", {"y": ["v", "a"]}),
    "a scale from the number of channels": (
        "d = Shape <start = 1> (v)  i = Cast <to = 1> (d)  r = Sqrt(i)  s = Mul(v, r)  y = MatMul(s, a)",
        {"d": ["v"], "i": ["d"], "r": ["i"], "y": ["v", "a"]},
    ),
    "a scaled operand, transposed": (
        "t = Transpose <perm = [1, 0]> (w)  s = Mul(t, c)  y = MatMul(a, s)",
        {"y": ["a", "w"]},
    ),
    "a constant that is divided": ("s = Div(c, v)  y = MatMul(s, a)", {"s": ["c", "v"], "y": ["s", "a"]}),
    "a scale behind": ("p = MatMul(v, a)  s = Div(p, c)  y = Relu(s)", {"p": ["v", "a"], "y": ["p"]}),
    "a scale behind, copied": (
        "p = MatMul(v, a)  i = Identity(p)  s = Div(i, c)  y = Relu(s)",
        {"p": ["v", "a"], "y": ["p"]},
    ),
    "a scale behind that is an output": (
        "p = MatMul(v, a)  y = Mul(c, p)",
        {"p": ["v", "a"], "y": ["c", "p"]},
    ),
    "a product that is read twice": (
        "p = MatMul(v, a)  s = Mul(p, c)  y = Add(s, p)",
        {"p": ["v", "a"], "s": ["p", "c"], "y": ["s", "p"]},
    ),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_what_runs_and_what_it_reads(body: str, expected: dict[str, list[str]]) -> None:
    model = graphs.graph(CONSTANT + body, inputs=INPUTS, outputs="float y")
    loaded = Loaded(model.graph)
    found = {node.outputs[0].name: [value.name for value in loaded.reads(node)] for node in loaded.nodes}
    del found["c"]
    assert found == expected


def test_fused_nodes_are_the_youngest() -> None:
    body = CONSTANT + "s = Mul(v, c)  t = MatMul(s, a)  y = Neg(t)"
    loaded = Loaded(graphs.graph(body, inputs=INPUTS, outputs="float y").graph)
    assert [node.op_type for node in loaded.nodes] == ["Constant", "Neg", "MatMul"]
