"""The text of a program: what is read is written the same, and what is none is told with its line."""

import numpy as np
import pytest
from one_node import OneNode
from onnx import TensorProto

from bitgraph import domain
from bitgraph.codecs import Bitmap
from bitgraph.programs import OPERATORS, ProgramError, read_program, write_program

TEXT = """\
stream (rows dy, held held0, whole w0, whole w1, whole w2, whole w3, whole w4) => (rows dx, whole dw) {
  t0 = BitmapUnpack (held0)
  t1 = Conv <group = 1, pads = [1, 1, 1, 1]> (t0, w0)
  t2 = BatchNormRecompute <activation = "relu", epsilon = 9.999999747378752e-06> (t1, w1, w2, w3, w4)
  t3 = Add (t2, t0)
  dx, dw = ConvGrad <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (dy, t3, w0)
}"""


def test_what_is_read_is_written_the_same():
    assert write_program(read_program(TEXT)) == TEXT


def test_names_are_given_anew():
    renamed = TEXT.replace("t0", "restored").replace("dy", "gradient")
    assert write_program(read_program(renamed)) == TEXT


def test_values_are_known_by_their_place():
    program = read_program(TEXT)
    assert [port.kind for port in program.inputs] == ["rows", "held", *["whole"] * 5]
    assert [port.value.producer() for port in program.outputs] == [program.nodes[-1]] * 2
    assert {node.op_type for node in program.nodes} <= set(OPERATORS)
    assert program.nodes[-1].domain == "com.microsoft"


ERRORS = {
    "nothing": ("", "line 1: expected 'stream"),
    "no end": (TEXT.removesuffix("}"), "line 6: expected '}'"),
    "unknown kind": (TEXT.replace("held held0", "column held0"), "line 1: input 'column held0'"),
    "input named twice": (TEXT.replace("whole w1", "whole w0"), "line 1: 'w0' is named twice"),
    "value named twice": (TEXT.replace("t1 =", "t0 ="), "line 3: 't0' is named twice"),
    "value from nowhere": (TEXT.replace("(t2, t0)", "(t2, t9)"), "line 5: 't9' is not there yet"),
    "output from nowhere": (TEXT.replace("whole dw)", "whole db)"), "line 1: output 'db'"),
    "unknown operator": (TEXT.replace("Add", "MatMul"), "line 5: operator 'MatMul' is not known"),
    "too few inputs": (TEXT.replace("(t2, t0)", "(t2)"), "line 5: Add has 1 inputs"),
    "too many inputs": (TEXT.replace("(t2, t0)", "(t2, t0, t1)"), "line 5: Add has 3 inputs"),
    "too many outputs": (TEXT.replace("t3 =", "t3, t4 ="), "line 5: Add has 2 outputs"),
    "no node": (TEXT.replace("t3 = Add", "Add"), "line 5: expected"),
    "too many nodes": (TEXT.replace("  t0 = ", "  u = Relu (dy)\n" * 64 + "  t0 = "), "more than 64 nodes"),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_what_is_wrong_is_told_with_its_line(text, message):
    with pytest.raises(ProgramError, match=r"^program, line") as raised:
        read_program(text)
    assert message in str(raised.value)


def test_means_its_nodes_one_after_the_other():
    rng = np.random.default_rng(0)
    dy, x = (rng.standard_normal((3, 4, 5, 5)).astype(np.float32) for _ in range(2))
    scale, bias, mean, inv_std = (rng.random(4).astype(np.float32) for _ in range(4))
    feeds = {"dy": dy, "held": Bitmap().encode(np.maximum(x, 0), TensorProto.FLOAT)}
    feeds |= {"scale": scale, "bias": bias, "mean": mean, "inv_std": inv_std}
    program = """\
    stream (rows dy, held q, whole s, whole b, whole m, whole i) => (rows dx, whole ds, whole db) {
      x = BitmapUnpack (q)
      y = BatchNormRecompute <activation = "relu", epsilon = 1e-05> (x, s, b, m, i)
      z = Mul (y, x)
      dx, ds, db = BatchNormGrad <activation = "none", epsilon = 1e-05> (dy, z, s, m, i)
    }"""
    node = OneNode(domain.STREAM, tuple(feeds), (None,) * 3, {"program": program})
    y = np.maximum(
        np.maximum(x, 0) * (scale * inv_std).reshape(-1, 1, 1)
        + (bias - mean * (scale * inv_std)).reshape(-1, 1, 1),
        0,
    )
    alone = OneNode(
        domain.BATCH_NORM_GRAD,
        ("dy", "z", "scale", "mean", "inv_std"),
        (None,) * 3,
        {"activation": "none", "epsilon": 1e-5},
    )
    expected = alone.reference({**feeds, "z": y * np.maximum(x, 0)})
    for found, want in zip(node.reference(feeds), expected, strict=True):
        np.testing.assert_array_equal(found, want)
