"""Sums of gradients that take the memory of a gradient, and those that do not."""

import onnx_ir as ir
import pytest
from bitgraph.passes import SumInPlacePass
from graphs import graph, is_sorted, nodes

BIG = "float[8, 16, 64]"
SQUARE = "float[64, 64]"
SQUARES = ("m", "m2", "same", "t")
GRADIENTS = "dl = Neg(loss)\na = Mul(dl, x)\nb = Sub(dl, x)\nc = Div(dl, x)\nd = Sin(c)\n"


def model(body: str, outputs: str = "", big: str = BIG) -> ir.Model:
    return graph(
        f"loss = ReduceSum <keepdims = 0> (x)\n{GRADIENTS}{body}",
        inputs=f"{big} x, {SQUARE} w, {SQUARE} n",
        outputs=f"{big.split('[')[0]} loss, {big} dx{outputs}",
        values=", ".join([f"{big} {name}" for name in "abcds"] + [f"{SQUARE} {name}" for name in SQUARES]),
    )


def test_two() -> None:
    subject = model("s = Sum(a, b)\ndx = Neg(s)")
    assert SumInPlacePass()(subject).modified
    assert nodes(subject)[6:] == ["s = RunInPlace(a, b)", "dx = Neg(s)"]
    (node,) = (node for node in subject.graph if node.op_type == "RunInPlace")
    assert {name: node.attributes[name].value for name in node.attributes} == {"op": "Add"}
    assert not SumInPlacePass()(subject).modified, "a second run changes nothing"


def test_more_one_after_the_other() -> None:
    subject = model("s = Sum(a, b, c, d)\ndx = Neg(s)")
    assert SumInPlacePass()(subject).modified
    assert nodes(subject)[6:] == [
        "s.sum_0 = RunInPlace(a, b)",
        "s.sum_1 = RunInPlace(s.sum_0, c)",
        "s = RunInPlace(s.sum_1, d)",
        "dx = Neg(s)",
    ]
    sums = [node for node in subject.graph if node.op_type == "RunInPlace"]
    assert len({node.name for node in sums}) == 3
    assert {tuple(node.outputs[0].shape or ()) for node in sums} == {(8, 16, 64)}
    assert is_sorted(subject)


def test_more_that_are_an_output() -> None:
    subject = model("dx = Sum(a, b, c)")
    assert SumInPlacePass()(subject).modified
    assert nodes(subject)[6:] == ["dx.sum_0 = RunInPlace(a, b)", "dx = RunInPlace(dx.sum_0, c)"]
    assert subject.graph.outputs[1].name == "dx"


@pytest.mark.parametrize("again", ["e = Cos(a)\n", "same = Identity(a)\ne = Cos(same)\n"])
def test_over_the_second_where_the_first_is_read_by_more(again: str) -> None:
    subject = model(f"s = Sum(a, b)\n{again}dx = Sub(s, e)")
    assert SumInPlacePass()(subject).modified
    assert nodes(subject)[6] == "s = RunInPlace(b, a)"
    assert subject.graph.node(6).attributes["swapped"].as_int() == 1


LEFT_ALONE = {
    "an output": "dx = Sum(a, b)",
    "one": "s = Sum(a)\ndx = Neg(s)",
    "spread": "s = Sum(a, dl)\ndx = Neg(s)",
    "a product that the runtime adds to": "m = Gemm(w, w)\nsame = Identity(m)\nt = Sum(n, same)\ndx = Neg(t)",
    "a turned one": "m = Gemm(w, w)\nm2 = Transpose(m)\nt = Sum(m2, n)\ndx = Neg(t)",
    "what is transposed": "m = Neg(w)\nm2 = Transpose(m)\nsame = Identity(m2)\nt = Sum(n, same)\ndx = Neg(t)",
    "an add, which the runtime may fuse": "s = Add(a, b)\ndx = Neg(s)",
}


@pytest.mark.parametrize("body", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_left_alone(body: str) -> None:
    subject = model(body)
    untouched = nodes(subject)
    assert not SumInPlacePass()(subject).modified
    assert nodes(subject) == untouched


@pytest.mark.parametrize("big", ["float[8, 16]", BIG.replace("float", "double")], ids=["small", "doubles"])
def test_tensors_left_alone(big: str) -> None:
    subject = model("s = Sum(a, b)\ndx = Neg(s)", big=big)
    assert not SumInPlacePass()(subject).modified


def test_forward_half_left_alone() -> None:
    subject = graph(
        "s = Sum(x, y)\nloss = ReduceSum <keepdims = 0> (s)\ndl = Neg(loss)\ndx = Mul(dl, x)",
        inputs=f"{BIG} x, {BIG} y",
        outputs=f"float loss, {BIG} dx",
        values=f"{BIG} s",
    )
    assert not SumInPlacePass()(subject).modified
