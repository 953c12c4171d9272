import onnx_ir as ir
import pytest

from bitgraph.files.repair import DropTrainingOutputsPass

HEAD = '<ir_version: 8, opset_import: ["" : 17]>\n'
GRAPH = (
    "g (float[N, 4] x, float[4] s, float[4] b, float[4] m, float[4] v) => (float[N, 4] y{outputs}) {{{body}}}"
)
BROKEN = "y, mean, var = BatchNormalization <training_mode = 0> (x, s, b, m, v)"
MENDED = "y = BatchNormalization <training_mode = 0> (x, s, b, m, v)"
TRAINING = "y, mean, var = BatchNormalization <training_mode = 1> (x, s, b, m, v)"
READ = "n, mean, var = BatchNormalization <training_mode = 0> (x, s, b, m, v) y = Add(n, mean)"
CASES = {
    "outputs of training mode": (BROKEN, MENDED, ""),
    "mode by default": (
        "y, mean, var = BatchNormalization (x, s, b, m, v)",
        "y = BatchNormalization (x, s, b, m, v)",
        "",
    ),
    "in training mode": (TRAINING, TRAINING, ""),
    "one output": (MENDED, MENDED, ""),
    "read by a node": (READ, READ, ""),
    "read by the caller": (BROKEN, BROKEN, ", float[4] mean"),
}


def graph(body: str, outputs: str) -> ir.Model:
    return ir.from_onnx_text(HEAD + GRAPH.format(body=body, outputs=outputs))


@pytest.mark.parametrize(("before", "after", "outputs"), CASES.values(), ids=CASES)
def test_drop_training_outputs(before, after, outputs):
    model = graph(before, outputs)
    result = DropTrainingOutputsPass()(model)
    assert ir.to_onnx_text(model) == ir.to_onnx_text(graph(after, outputs))
    assert result.modified is (before != after)
    assert not DropTrainingOutputsPass()(model).modified
