import onnx_ir as ir
import pytest

from bitgraph.errors import BadInputError
from bitgraph.graph.inputs import Role, input_roles
from bitgraph.measure.data import make_batches

HEADER = '<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>\n'


CASES = {
    "fixed batch before the parameters": (
        "float[2, 3] x, float[3, 1] w",
        "y = MatMul(x, w) w_grad = Identity(w)",
        {"x": Role.DATA, "w": Role.PARAMETER},
    ),
    "frozen weight after the data": (
        "float[N, 3] x, float[3, 1] w, float[3, 1] v",
        "a = MatMul(x, w) b = MatMul(x, v) y = Add(a, b) w_grad = Identity(w)",
        {"x": Role.DATA, "w": Role.PARAMETER, "v": Role.PARAMETER},
    ),
    "frozen weight before the others, batch fixed": (
        "float[2, 3] x, float[3, 3] v, float[3, 1] w",
        "a = Gemm(x, v) y = MatMul(a, w) w_grad = Identity(w)",
        {"x": Role.DATA, "v": Role.PARAMETER, "w": Role.PARAMETER},
    ),
    "frozen weight before the others, batch symbolic": (
        "float[N, 3] x, float[3, 3] v, float[3, 1] w",
        "a = MatMul(x, v) y = MatMul(a, w) w_grad = Identity(w)",
        {"x": Role.DATA, "v": Role.PARAMETER, "w": Role.PARAMETER},
    ),
    "data behind the trained, batch fixed": (
        "float[3, 1] w, float[2, 3] x, float rate",
        "a = MatMul(x, w) y = Mul(a, rate) w_grad = Identity(w)",
        {"w": Role.PARAMETER, "x": Role.DATA, "rate": Role.PARAMETER},
    ),
    "clip bounds": (
        "float[N, 1] x, float[3, 1] w, float low, float high",
        "y = Clip(x, low, high) w_grad = Identity(w)",
        {"x": Role.DATA, "w": Role.PARAMETER, "low": Role.CLIP_LOW, "high": Role.CLIP_HIGH},
    ),
    "labels behind the parameters": (
        "float[2, 1] x, float[3, 1] w, int64[2] labels",
        "y = SoftmaxCrossEntropyLoss(x, labels) w_grad = Identity(w)",
        {"x": Role.DATA, "w": Role.PARAMETER, "labels": Role.DATA},
    ),
}


@pytest.mark.parametrize(("inputs", "body", "roles"), CASES.values(), ids=CASES)
def test_roles(inputs: str, body: str, roles: dict[str, Role]) -> None:
    text = f"{HEADER}g ({inputs}) => (float[N, 1] y, float[3, 1] w_grad) {{ {body} }}"
    assert input_roles(ir.from_onnx_text(text).graph) == roles


def test_a_graph_without_data_is_refused_in_one_line() -> None:
    text = f"{HEADER}g (float[3, 1] w) => (float[3, 1] y) {{ y = Neg(w) }}"
    with pytest.raises(BadInputError, match="no input of the graph is data"):
        make_batches(ir.from_onnx_text(text), [])
