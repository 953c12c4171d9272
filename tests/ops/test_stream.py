"""A Stream has the bits of its nodes standing alone, whatever the size of its chunks."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from conv_grads import CODECS, CONVOLUTIONS, Convolution
from corruptions import corruptions
from laws import assert_same_bits
from one_node import Feeds, model_of, run
from onnx import TensorProto, helper
from streams import EPSILON, Line, Program, conv_feeds, gradient_of, statistics, stream_node
from training_kernels import needs_training

from bitgraph.codecs import Codec

ROWS = (0, 1, 2, 5)
UNPACK = Line("x", "BitmapUnpack", "q")
ACTIVATIONS = (
    {"activation": "none"},
    {"activation": "relu"},
    {"activation": "clip", "low": 0.0, "high": 6.0},
)
NORM = "whole scale, whole bias, whole mean, whole inv_std"
NORM_GRAD = Line(
    "dx dscale dbias",
    "BatchNormGrad",
    "dy x scale mean inv_std",
    {"epsilon": EPSILON, "activation": "none"},
)
SQUARE = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}


def agrees(
    program: Program,
    feeds: Feeds,
    rows: tuple[int, ...] = ROWS,
    *,
    in_place: bool = False,
    threads: tuple[int, ...] = (1, 2),
) -> None:
    for count in threads:
        expected = program.alone(feeds, count)
        for each in rows:
            for place in {False, in_place}:
                found = program.stream(feeds, count, each, in_place=place)
                for ours, want in zip(found, expected, strict=True):
                    assert_same_bits(ours, want)


def random(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


@needs_training
@pytest.mark.parametrize("convolution", CONVOLUTIONS, ids=str)
def test_conv_grad(convolution: Convolution) -> None:
    """From a dense input and from each held form."""
    gradient, outputs = gradient_of(convolution)
    in_place = convolution.x == convolution.y
    agrees(
        Program("rows dy, rows x, whole w", outputs, (gradient,)), conv_feeds(convolution), in_place=in_place
    )
    for codec in range(len(CODECS)):
        held = Program("rows dy, held q, whole w", outputs, (UNPACK, gradient))
        agrees(held, conv_feeds(convolution, codec, codec), (2,), in_place=in_place)


@needs_training
@pytest.mark.parametrize("batch", [1, 3, 16])
@pytest.mark.parametrize(
    "first",
    [
        Convolution((1, 6, 9, 11), (8, 6, 1, 1)),
        Convolution((1, 6, 9, 11), (8, 6, 3, 3), SQUARE),
        Convolution((1, 6, 9, 11), (8, 3, 3, 3), {"group": 2, "strides": [2, 2]}),
        Convolution((1, 8, 9, 11), (8, 1, 3, 3), {"group": 8, "pads": [1, 1, 1, 1]}),
    ],
    ids=str,
)
@pytest.mark.parametrize("source", ["rows x0", "held q"])
def test_conv_relu_conv_grad(source: str, first: Convolution, batch: int) -> None:
    first = Convolution((batch, *first.x[1:]), first.w, first.attributes)
    second = Convolution(first.y, (8, 8, 3, 3), SQUARE)
    gradient, outputs = gradient_of(second)
    feeds = {**conv_feeds(second), "x0": random(first.x, 1), "w0": random(first.w, 2), "b0": random((8,), 3)}
    feeds["q"] = CODECS[0].encode(np.maximum(feeds["x0"], 0), TensorProto.FLOAT)
    lines = [
        Line("p", "Conv", "x0 w0 b0", first.attributes),
        Line("x", "Relu", "p"),
        gradient,
    ]
    if source == "held q":
        lines.insert(0, Line("x0", "BitmapUnpack", "q"))
    program = Program(f"rows dy, {source}, whole w0, whole b0, whole w", outputs, tuple(lines))
    agrees(program, feeds, in_place=True)


@needs_training
@pytest.mark.parametrize("batch", [1, 3, 16])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_batch_norm_grad(activation: dict[str, object], batch: int) -> None:
    """Of a convolution that is computed again: once, as it is small."""
    first = Convolution((batch, 6, 9, 11), (10, 6, 1, 1))
    agrees(*batch_norm_grad_of(first, activation), in_place=True)


@needs_training
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("plane", [(24, 31), (16, 16)])
def test_batch_norm_grad_in_two_phases(plane: tuple[int, int], activation: dict[str, object]) -> None:
    """More than is kept between them."""
    first = Convolution((20, 6, *plane), (220, 6, 1, 1))
    assert np.prod(first.y) > 2**20
    agrees(*batch_norm_grad_of(first, activation), (0, 3), in_place=True)


@needs_training
def test_batch_norm_grad_of_an_input() -> None:
    feeds = {
        "dy": random((7, 5, 6, 7)),
        "x": random((7, 5, 6, 7), 1),
        **statistics(5, np.random.default_rng(3)),
    }
    program = Program(f"rows dy, rows x, {NORM}", "rows dx, whole dscale, whole dbias", (NORM_GRAD,))
    agrees(program, feeds, in_place=True)


def batch_norm_grad_of(first: Convolution, activation: dict[str, object]) -> tuple[Program, Feeds]:
    held = CODECS[0].encode(np.maximum(random(first.x, 1), 0), TensorProto.FLOAT)
    feeds = {
        "dy": random(first.y),
        "q": held,
        "w0": random(first.w, 2),
        **statistics(first.w[0], np.random.default_rng(3)),
    }
    bias = "" if activation["activation"] == "none" else " bias"
    gradient = Line(NORM_GRAD.made, NORM_GRAD.op, NORM_GRAD.read + bias, {"epsilon": EPSILON, **activation})
    lines = (
        Line("a", "BitmapUnpack", "q"),
        Line("b", "Tanh", "a"),
        Line("x", "Conv", "b w0", first.attributes),
        gradient,
    )
    return Program(f"rows dy, held q, whole w0, {NORM}", "rows dx, whole dscale, whole dbias", lines), feeds


@needs_training
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_conv_batch_norm_conv_grad(activation: dict[str, object]) -> None:
    first = Convolution((7, 6, 9, 11), (8, 6, 1, 1))
    second = Convolution(first.y, (8, 1, 3, 3), {"group": 8, **SQUARE}, bias=False)
    gradient, outputs = gradient_of(second)
    feeds = {
        **conv_feeds(second),
        "w0": random(first.w, 2),
        "q": CODECS[0].encode(np.maximum(random(first.x), 0), TensorProto.FLOAT),
        **statistics(8, np.random.default_rng(3)),
    }
    lines = (
        Line("a", "BitmapUnpack", "q"),
        Line("p", "Conv", "a w0"),
        Line(
            "x",
            "BatchNormRecompute",
            "p scale bias mean inv_std",
            {"epsilon": EPSILON, **activation},
        ),
        gradient,
    )
    inputs = f"rows dy, held q, whole w0, {NORM}, whole w"
    agrees(Program(inputs, outputs, lines), feeds, in_place=True)


@needs_training
@pytest.mark.parametrize("convolution", [CONVOLUTIONS[0], CONVOLUTIONS[2], CONVOLUTIONS[9]], ids=str)
def test_conv_of_what_is_held(convolution: Convolution) -> None:
    program = Program("held q, whole w", "rows y", (UNPACK, Line("y", "Conv", "x w", convolution.attributes)))
    for codec in range(len(CODECS)):
        agrees(program, conv_feeds(convolution, codec, codec))


@needs_training
@pytest.mark.parametrize("plane", [(8, 8), (7, 7)])
@pytest.mark.parametrize("predicate", ["positive", "within"])
def test_two_convolutions_and_the_masks_between(predicate: str, plane: tuple[int, int]) -> None:
    """Where the bits of a sample do not end with a byte all samples run at once."""
    first = Convolution((5, 3, *plane), (5, 3, 3, 3), SQUARE)
    feeds = {
        "x0": random(first.x),
        "w0": random(first.w, 1),
        "b0": random((5,), 2),
        "w1": random((6, 5, 3, 3), 3),
        "low": np.float32(0.25),
        "high": np.float32(1.5),
    }
    read = "x low high" if predicate == "within" else "x"
    lines = (
        Line("p", "Conv", "x0 w0 b0", SQUARE),
        Line("x", "Relu", "p"),
        Line("m", "MaskPack", read, {"predicate": predicate}),
        Line("n", "MaskPack", "p", {"predicate": "positive"}),
        Line("y", "Conv", "x w1", SQUARE),
    )
    inputs = "rows x0, whole w0, whole b0, whole w1, whole low, whole high"
    agrees(Program(inputs, "rows y, held m, held n", lines), feeds)


@needs_training
def test_conv_over_its_input() -> None:
    """Its result may get the memory of what it still reads."""
    feeds = {"a": random((6, 4, 9, 9)), "w": random((4, 4, 3, 3), 1)}
    program = Program("rows a, whole w", "rows y", (Line("y", "Conv", "a w", SQUARE),))
    agrees(program, feeds, in_place=True)


@needs_training
def test_one_image_shared_among_threads() -> None:
    """Alone it would have other bits here: chunks have two."""
    feeds = {
        "dy": random((5, 24, 14, 14)),
        "x0": random((5, 144, 14, 14), 1),
        "w0": random((24, 144, 1, 1), 2),
    }
    lines = (Line("p", "Conv", "x0 w0"), Line("dx", "Mul", "dy p"))
    agrees(
        Program("rows dy, rows x0, whole w0", "rows dx", lines), feeds, (1,), in_place=True, threads=(2, 4)
    )


@needs_training
def test_mask_of_a_batch_norm_before_a_conv_grad() -> None:
    convolution = Convolution((7, 4, 6, 6), (8, 4, 3, 3), SQUARE, bias=False)
    feeds = {
        **conv_feeds(convolution),
        "w0": random((8, 4, 3, 3), 4),
        **statistics(8, np.random.default_rng(3)),
    }
    lines = (
        Line("p", "Conv", "x w0", SQUARE),
        Line(
            "masked",
            "BatchNormMaskGrad",
            "dy p scale bias mean inv_std",
            {"epsilon": EPSILON, "mode": "relu"},
        ),
        Line("dx dw", "ConvGrad", "masked x w", SQUARE),
    )
    inputs = f"rows dy, rows x, whole w0, {NORM}, whole w"
    agrees(Program(inputs, "rows dx, whole dw", lines), feeds)


@needs_training
@pytest.mark.parametrize(
    "lines",
    {
        "se": [Line("s", "Sigmoid", "c"), Line("x", "Mul", "a s")],
        "se on the left": [Line("s", "HardSigmoid", "c", {"alpha": 0.25}), Line("x", "Mul", "s a")],
        "hard swish": [Line("x", "HardSwish", "a")],
        "silu": [Line("s", "Sigmoid", "a"), Line("x", "Mul", "s a")],
        "clip": [Line("x", "Clip", "a one two")],
        "clip from below": [Line("x", "Clip", "a one")],
        "clip from above": [Line("x", "Clip", "a '' two")],
        "scalars": [Line("b", "Add", "a one"), Line("d", "Sub", "two b"), Line("x", "Div", "d two")],
        "channels": [Line("x", "Add", "a v")],
        "concat": [
            Line("t", "Tanh", "a"),
            Line("u", "Relu", "a"),
            Line("l", "Concat", "t u a", {"axis": 1}),
            Line("k", "Conv", "l w1"),
            Line("x", "Sub", "k a"),
        ],
    }.items(),
    ids=lambda case: case[0],
)
def test_elementwise(lines: tuple[str, list[Line]]) -> None:
    convolution = Convolution((5, 4, 7, 7), (4, 4, 3, 3), SQUARE)
    gradient, outputs = gradient_of(convolution)
    feeds = {
        **conv_feeds(convolution),
        "c": random((5, 4, 1, 1), 1),
        "one": np.float32(-0.5),
        "two": np.float32(0.75),
        "v": random((4, 1, 1), 2),
        "w1": random((4, 12, 1, 1), 3),
    }
    inputs = "rows dy, held q, rows c, whole one, whole two, whole v, whole w1, whole w"
    program = Program(inputs, outputs, (Line("a", "BitmapUnpack", "q"), *lines[1], gradient))
    agrees(program, feeds, in_place=True)


@needs_training
@pytest.mark.parametrize("batch", [5, 6])
def test_without_the_gradient_of_the_input(batch: int) -> None:
    """Of six rows the first result looks like the first argument, whose memory it then gets."""
    convolution = Convolution((batch, 6, 5, 5), (6, 6, 3, 3), {"kernel_shape": [3, 3]})
    gradient = Line("'' dw db", "ConvGrad", "dy x w", convolution.attributes)
    program = Program("rows dy, rows x, whole w", "whole dw, whole db", (gradient,))
    agrees(program, conv_feeds(convolution), in_place=convolution.y == convolution.w)


@needs_training
def test_an_empty_batch() -> None:
    nothing = Convolution((0, 6, 9, 11), (8, 6, 3, 3), SQUARE)
    gradient, outputs = gradient_of(nothing)
    program = Program("rows dy, held q, whole w", outputs, (UNPACK, gradient))
    for found, shape in zip(program.stream(conv_feeds(nothing)), (nothing.x, nothing.w, (8,)), strict=True):
        assert found.shape == shape
        assert not found.any()
    norm, feeds = batch_norm_grad_of(nothing, ACTIVATIONS[1])
    for found, shape in zip(norm.stream(feeds), (nothing.y, (8,), (8,)), strict=True):
        assert found.shape == shape
        assert not found.any()


@needs_training
def test_images_that_the_kernel_does_not_fit_into() -> None:
    small = Convolution((2, 3, 5, 5), (4, 3, 6, 6))
    gradient, outputs = gradient_of(small)
    found = Program("rows dy, rows x, whole w", outputs, (gradient,)).stream(conv_feeds(small))
    assert [each.shape for each in found] == [small.x, small.w, (4,)]
    assert not any(each.any() for each in found)


@needs_training
@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: type(codec).__name__)
def test_refuses_a_spoiled_held_form(codec: Codec) -> None:
    convolution = Convolution((3, 2, 5, 5), (2, 2, 3, 3), SQUARE)
    gradient, outputs = gradient_of(convolution)
    program = Program("rows dy, held q, whole w", outputs, (UNPACK, gradient))
    feeds = conv_feeds(convolution, codec=CODECS.index(codec))
    for how, spoiled in corruptions(feeds["q"]):
        with pytest.raises(Exception, match=r"Stream: 'q': .*[0-9]"):
            pytest.fail(f"{how}: {program.stream({**feeds, 'q': spoiled})}")


@needs_training
@pytest.mark.parametrize("name", ["dy", "x", "w"])
@pytest.mark.parametrize("axis", range(4))
def test_refuses_what_does_not_fit(name: str, axis: int) -> None:
    convolution = CONVOLUTIONS[0]
    gradient, outputs = gradient_of(convolution)
    feeds = conv_feeds(convolution)
    if (name, axis) == ("w", 0):
        feeds["w"] = np.tile(feeds["w"], (2, 1, 1, 1))
    feeds[name] = np.take(feeds[name], range(feeds[name].shape[axis] - 1), axis)
    with pytest.raises(Exception, match=r"Stream: (line 2|'x'): "):
        Program("rows dy, rows x, whole w", outputs, (gradient,)).stream(feeds)


MALFORMED = {
    "no text": ("", "line 1: the text ends where stream should be"),
    "no node": ("stream (rows a) => (rows b) {\n}", "line 1: output 'b' is made by no node"),
    "no input": (
        "stream () => (rows b) {\n b = Relu (a)\n}",
        "line 2: 'a' stands where a value that is made",
    ),
    "first input": ("stream (whole a) => (rows b) {\n b = Relu (a)\n}", "line 1: input 0 of 1 has no rows"),
    "no output": ("stream (rows a) => () {\n b = Relu (a)\n}", "line 1: there are 0 outputs"),
    "operator": ("stream (rows a) => (rows b) {\n\n b = Rely (a)\n}", "line 3: operator 'Rely' is not known"),
    "twice": ("stream (rows a) => (rows b) {\n b = Relu (a)\n b = Relu (a)\n}", "line 3: 'b' is made twice"),
    "arguments": ("stream (rows a) => (rows b) {\n b = Add (a)\n}", "line 2: Add needs argument 1"),
    "many": (
        "stream (rows a) => (rows b) {\n b = Relu (a, a)\n}",
        "line 2: Relu takes at most 1 arguments, not 2",
    ),
    "kind": (
        "stream (rows a, held q) => (rows b) {\n b = Relu (q)\n}",
        "line 2: argument 0 of Relu cannot be 'q'",
    ),
    "attribute": (
        'stream (rows a) => (rows b) {\n b = Relu <c = "d"> (a)\n}',
        "line 2: attribute 'c' is not known",
    ),
    "type": (
        "stream (rows a, whole w) => (rows b) {\n b = Conv <pads = 1> (a, w)\n}",
        "line 2: attribute 'pads' is not known here, or of another type",
    ),
    "value": (
        "stream (rows a, whole w) => (rows b) {\n b = Conv <group = 0> (a, w)\n}",
        "line 2: attribute 'group' is 0",
    ),
    "missing": ("stream (rows a) => (rows b) {\n b = Concat (a, a)\n}", "line 2: attribute 'axis' is needed"),
    "number": ("stream (rows a) => (rows b) {\n b = Relu <c = 1.e> (a)\n}", "line 2: '1.e' is no float"),
    "comment": ("stream (rows a) => (rows b) {\n # b\n}", "line 2: character 35"),
    "sum": (
        "stream (rows d, rows x, whole w) => (rows dx) {\n dx, dw = ConvGrad (d, x, w)\n}",
        "line 2: 'dw' is whole and no output",
    ),
    "order": (
        "stream (rows d, rows x) => (rows a, rows b) {\n a = Relu (d)\n b = Add (d, x)\n}",
        "line 3: input 0 is read after output 0, made in line 2, is written",
    ),
    "rest": (
        "stream (rows a) => (rows b) {\n b = Relu (a)\n} b",
        "line 3: 'b' stands where the end of the text",
    ),
}


@pytest.mark.parametrize(("text", "message"), MALFORMED.values(), ids=MALFORMED)
def test_refuses_a_program(text: str, message: str) -> None:
    """When the session is made."""
    feeds = {"a": random((2, 3))}
    node = stream_node(text, ["a"], ["b"])
    with pytest.raises(Exception, match="Stream: ") as raised:
        run(model_of([node], feeds, {"b": TensorProto.FLOAT}, own_domain=True), feeds)
    assert f"Stream: {message}" in str(raised.value)


def test_refuses_held_forms_of_a_plain_stream() -> None:
    feeds = {"a": random((2, 8))}
    text = 'stream (rows a) => (held b) {\n b = MaskPack <predicate = "positive"> (a)\n}'
    node = helper.make_node("Stream", ["a"], ["b"], domain="bitgraph", program=text)
    with pytest.raises(
        Exception, match="Stream: line 1: output 0 is held, which this operator does not make"
    ):
        run(model_of([node], feeds, {"b": TensorProto.FLOAT}, own_domain=True), feeds)


def test_refuses_another_predicate() -> None:
    feeds = {"a": random((2, 8))}
    lines = (Line("m", "MaskPack", "a", {"predicate": "odd"}), Line("b", "Relu", "a"))
    with pytest.raises(Exception, match="StreamPack: line 2: predicate is 'odd' with 1 arguments"):
        Program("rows a", "rows b, held m", lines).stream(feeds)


def test_refuses_rows_at_a_time() -> None:
    feeds = {"a": random((2, 3))}
    node = stream_node("stream (rows a) => (rows b) {\n b = Relu (a)\n}", ["a"], ["b"], -1)
    with pytest.raises(Exception, match="Stream: attribute 'rows_at_a_time' is -1"):
        run(model_of([node], feeds, {"b": TensorProto.FLOAT}, own_domain=True), feeds)


def test_refuses_another_number_of_inputs() -> None:
    feeds = {"a": random((2, 3)), "c": random((2, 3))}
    node = stream_node("stream (rows a) => (rows b) {\n b = Relu (a)\n}", ["a", "c"], ["b"])
    with pytest.raises(Exception, match="Stream: the node has 2 inputs and 1 outputs, its program 1 and 1"):
        run(model_of([node], feeds, {"b": TensorProto.FLOAT}, own_domain=True), feeds)


def test_refuses_other_element_types() -> None:
    feeds = {"a": random((2, 3)).astype(np.float64)}
    node = helper.make_node(
        "Stream", ["a"], ["b"], domain="bitgraph", program="stream (rows a) => (rows b) {\n b = Relu (a)\n}"
    )
    with pytest.raises(Exception, match="Stream: 'a': input 0 has element type 11, type 1 is needed"):
        run(model_of([node], feeds, {"b": TensorProto.FLOAT}, own_domain=True), feeds)


@needs_training
@pytest.mark.parametrize(
    "probes",
    ["conv_grad_adds,batch_norm", "conv_grad_over_dy,conv_by_samples,batch_norm_grad"],
)
def test_a_failed_probe_gives_the_same_bits(probes: str) -> None:
    """In a process of its own, because the hook is read once."""
    script = pathlib.Path(__file__).parents[1] / "support" / "failed_stream_probe.py"
    paths = [str(script.parent), str(pathlib.Path(__file__).parent)]
    environment = {**os.environ, "BITGRAPH_FAIL_PROBE": probes, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "same bits"
