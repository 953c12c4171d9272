"""Shapes that a file leaves open: symbols, computed operands of Reshape, operators of the training build."""

from graphs import graph

from bitgraph.graph.sizes import Sizes

RESHAPE = """
whole = Shape(x)
zero = Constant <value = int64[1] {0}> ()
batch = Gather(whole, zero)
rest = Constant <value = int64[2] {-1, 8}> ()
target, lengths = com.microsoft.ConcatTraining <axis = 0> (batch, rest)
y = Reshape(x, target)
z = Relu(y)
"""


def shapes(body, *, inputs="float[N, 4, 8] x", outputs="float[a, b, c] z", batch=6):
    model = graph(body, inputs=inputs, outputs=outputs)
    sizes = Sizes(model, batch)
    return {value.name: sizes.shape(value) for node in model.graph for value in node.outputs}


def test_operand_of_a_reshape_is_computed():
    found = shapes(RESHAPE)
    assert found["target"] == (3,)
    assert found["lengths"] == (2,)
    assert found["y"] == found["z"] == (6, 4, 8)


def test_split_takes_the_lengths_of_the_concat():
    body = """
    y, lengths = com.microsoft.ConcatTraining <axis = 1> (x, x2)
    one, two = com.microsoft.SplitTraining <axis = 1> (y, lengths)
    z = Add(one, one)
    """
    found = shapes(body, inputs="float[N, 4] x, float[N, 3] x2", outputs="float[a, b] z")
    assert found["y"] == (6, 7)
    assert (found["one"], found["two"]) == ((6, 4), (6, 3))


def test_batch_noted_in_the_model_counts_when_none_is_given():
    model = graph("z = Relu(x)", inputs="float[N, 4] x", outputs="float[N, 4] z")
    value = model.graph.outputs[0]
    assert Sizes(model).nbytes(value) == 8 * 4 * 4
    model.metadata_props["bitgraph.batch"] = "3"
    assert Sizes(model).nbytes(value) == 3 * 4 * 4
    assert Sizes(model, 5).nbytes(value) == 5 * 4 * 4


def test_renamed_dims_keep_their_size():
    values = "float[N_buffer_1, 4] y, float[batch_7_buffer_2, 4] w"
    model = graph(
        "y = Relu(x)\nw = Relu(y)\nz = Relu(w)",
        inputs="float[N, 4] x",
        outputs="float[N, 4] z",
        values=values,
    )
    sizes = Sizes(model, 2)
    by_name = {value.name: sizes.shape(value) for node in model.graph for value in node.outputs}
    assert by_name["y"] == (2, 4)
    assert by_name["w"] == (7, 4)


def test_gradients_of_convolutions_look_like_their_inputs():
    body = """
    dx, dw = bitgraph.ConvGradInPlace(dy, x, w)
    dx2, dw2 = bitgraph.ConvGradHeld(dy, held, w)
    z = Neg(dx)
    """
    found = shapes(
        body,
        inputs="float[N, 4, 6, 6] dy, float[N, 3, 8, 8] x, float[4, 3, 3, 3] w, uint8[L] held",
        outputs="float[a, b, c, d] z",
    )
    assert found["dx"] == found["z"] == (6, 3, 8, 8)
    assert found["dw"] == found["dw2"] == (4, 3, 3, 3)
    assert found["dx2"] is None, "only its declared shape tells"
