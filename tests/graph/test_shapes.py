import graphs

from bitgraph.graph.shapes import known_shapes
from bitgraph.graph.sizes import Sizes

BODY = """
    target = Shape(kept)
    loss_grad = com.microsoft.SoftmaxCrossEntropyLossGrad(one, kept, labels)
    wide = Expand(loss_grad, target)
    turned = Transpose <perm = [0, 1]> (wide)
    restored = bitgraph.BitmapUnpack(held, turned)
    scaled = Mul(restored, restored)
    summed = Add(scaled, turned)
"""
RENAMED = ("loss_grad", "wide", "turned", "restored", "scaled", "summed")


def known(body: str, inputs: str, values: str = "") -> dict[str, object]:
    last = body.strip().splitlines()[-1].split("=")[0].strip()
    body = f"{body}\nend = ReduceSum <keepdims = 0> ({last})"
    model = graphs.graph(body, inputs=inputs, outputs="float end", values=values)
    return {str(value.name): dims for value, dims in known_shapes(model, Sizes(model)).items()}


def numbered(symbol: str) -> list[str]:
    inputs = "float one, float[4, 5] kept, int64[4] labels, uint8[64] held"
    values = ", ".join(f"float[{symbol}, 5] {name}" for name in RENAMED)
    found = known(BODY, inputs, values)
    return sorted(name for name in RENAMED if found[name] == (4, 5))


def test_the_number_spreads_up_to_what_is_not_inferred():
    assert numbered("batch_4_buffer_1") == ["loss_grad", "summed", "turned", "wide"]


def test_a_symbolic_batch_stays_a_symbol():
    inputs = "float one, float[N, 5] kept, int64[N] labels, uint8[64] held"
    found = known(BODY, inputs, ", ".join(f"float[N_buffer_1, 5] {name}" for name in RENAMED))
    assert {found[name] for name in RENAMED} == {("N_buffer_1", 5)}


def test_a_gradient_of_a_weight_has_the_shape_that_its_rows_tell():
    body = """
    rows = Reshape(x, wide)
    rows_grad = Reshape(y, narrow)
    weight_grad = Gemm <transA = 1> (rows_grad, rows)
    """
    found = known(
        body,
        inputs="float[N, 3, 8] x, float[N, 3, 5] y",
        values="int64[2] wide = {-1, 8}, int64[2] narrow = {-1, 5}",
    )
    assert found["weight_grad"] == (5, 8)
    assert found["rows"] == (None, 8)


def test_a_symbol_of_the_file_stays_where_inference_finds_another():
    found = known("y = Relu(x)\nz = Relu(y)", inputs="float[N, 3] x", values="float[M, 3] y")
    assert found["y"] == ("M", 3)
    assert found["z"] == ("M", 3)


def test_operators_of_the_runtime_that_infer_nothing_end_what_is_known():
    found = known("y = com.microsoft.DropoutGrad(x, x)\nz = com.microsoft.Unheard(y)", inputs="float[N, 3] x")
    assert found["y"] == ("N", 3)
    assert "z" not in found


def test_a_product_of_turned_matrices():
    found = known(
        "y = com.microsoft.FusedMatMul <transA = 1, transB = 1> (a, b)",
        inputs="float[N, 4, 7, 3] a, float[4, 5, 7] b",
    )
    assert found["y"] == ("N", 4, 3, 5)


def test_a_computed_target_keeps_the_numbers_among_its_dims():
    body = """
    dims = Shape(x)
    first = Gather(dims, zero)
    second = Gather(dims, one)
    batch = Unsqueeze(first, axes)
    rows = Unsqueeze(second, axes)
    target = Concat <axis = 0> (batch, rows, width)
    y = Reshape(z, target)
    """
    values = "int64 zero = {0}, int64 one = {1}, int64[1] axes = {0}, int64[1] width = {8}"
    found = known(body, "float[N, 3, 8] x, float[M, 8] z", f"{values}, float[P, Q, R] y")
    assert found["y"] == ("P", 3, 8)


def test_a_target_with_two_open_dims_is_no_constant():
    body = """
    dims = Shape(x)
    y = Reshape(z, dims)
    """
    found = known(body, "float[N, K, 8] x, float[M, 8] z", "float[P, Q, R] y")
    assert found["y"] == ("P", "Q", "R")
