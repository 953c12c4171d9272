import onnx_ir as ir
import pytest

from bitgraph.graph.frozen import frozen_notes

HEADER = '<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>\n'

CASES = {
    "a frozen input": (
        "float[N, 3] x, float[3, 3] v, float[3, 1] w",
        "b = MatMul(x, v) a = Relu(b)",
        ["a"],
        (
            "frozen: the parameters before every trained one (1, the first is 'v'); no gradient goes through"
            " the 2 of 5 forward nodes there, nothing is held of them but a, which trained nodes read"
        ),
    ),
    "a frozen constant": (
        "float[N, 3] x, float[3, 1] w",
        "b = MatMul(x, k) a = Relu(b)",
        [],
        (
            "frozen: the parameters before every trained one (1, the first is 'k'); no gradient goes through"
            " the 2 of 5 forward nodes there, nothing is held of them"
        ),
    ),
    "a mean that is taken off the data": (
        "float[N, 3] x, float[3, 1] w",
        "a = Sub(x, mean)",
        ["a"],
        None,
    ),
    "a frozen weight behind a trained one": (
        "float[N, 3] x, float[3, 3] v, float[3, 3] u, float[3, 1] w",
        "b = MatMul(x, u) a = MatMul(b, v) u_grad = Identity(a)",
        ["a"],
        None,
    ),
    "a frozen weight that is read behind a trained one, too": (
        "float[N, 3] x, float[3, 3] v, float[3, 3] u, float[3, 1] w",
        "c = MatMul(x, v) b = MatMul(c, u) a = MatMul(b, v) u_grad = Identity(a)",
        ["a"],
        None,
    ),
}


@pytest.mark.parametrize(("inputs", "body", "stashes", "line"), CASES.values(), ids=CASES)
def test_frozen(inputs: str, body: str, stashes: list[str], line: str | None) -> None:
    outputs = "float loss, float[3, 1] w_grad" + (", float[3, 3] u_grad" if "u_grad" in body else "")
    constants = "<float[3, 3] k = {1, 2, 3, 4, 5, 6, 7, 8, 9}, float[3] mean = {1, 2, 3}>"
    text = f"""{HEADER}g ({inputs}) => ({outputs}) {constants} {{
        {body}
        z = MatMul(a, w) y = Relu(z) loss = ReduceMean<keepdims = 0>(y)
        g = com.microsoft.ReluGrad(y, y) w_grad = MatMul(a, g)
    }}"""
    notes = frozen_notes(ir.from_onnx_text(text).graph, None, stashes)
    assert notes == ([] if line is None else [line])
