"""What the runtime copies inside of an Einsum, as it was measured."""

import onnx_ir as ir
import pytest
from graphs import graph

from bitgraph.graph.einsum import contracted_elements, copied_bytes
from bitgraph.graph.sizes import Sizes

# Equation, dims of the operands and of the result; bytes that memray saw in onnxruntime 1.32, within 8 KiB.
MEASURED = {
    "abc,cd->abd": ("16, 200, 64", "64, 96", "16, 200, 96", 1256414),
    "abc,dc->abd": ("16, 200, 64", "96, 64", "16, 200, 96", 1280460),
    "abc,abd->cd": ("16, 200, 64", "16, 200, 96", "64, 96", 2075084),
    "abc,abd->dc": ("16, 200, 64", "16, 200, 96", "96, 64", 2099820),
    "abcd,ed->abce": ("8, 10, 20, 64", "96, 64", "8, 10, 20, 96", 666084),
    "abcd,abce->de": ("8, 10, 20, 64", "8, 10, 20, 96", "64, 96", 1051108),
    "abc,adc->abd": ("16, 200, 64", "16, 200, 64", "16, 200, 200", 4200916),
}


def einsum(equation: str, left: str, right: str, result: str) -> tuple[ir.Node, Sizes]:
    model = graph(
        f'y = Einsum <equation = "{equation}"> (a, b)',
        inputs=f"float[{left}] a, float[{right}] b",
        outputs=f"float[{result}] y",
    )
    return model.graph[0], Sizes(model)


@pytest.mark.parametrize("equation", MEASURED)
def test_copies(equation: str) -> None:
    *dims, measured = MEASURED[equation]
    node, sizes = einsum(equation, *dims)
    assert 0 <= measured - copied_bytes(node, sizes) < 8192


def test_products() -> None:
    node, sizes = einsum("abc,cd->abd", "16, 200, 64", "64, 96", "16, 200, 96")
    assert contracted_elements(node, sizes) == 16 * 200 * 64 * 96
