import numpy as np
import onnx_ir as ir
import pytest

from bitgraph.errors import BadInputError
from bitgraph.measure.data import make_batches
from bitgraph.measure.ranges import upper_bound

HEADER = '<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>\n'

BOUNDS = {
    "rows of a table": ("float[7, 2] t, int64[N] i", "y = Gather(t, i)", 7),
    "columns of a table": ("float[7, 2] t, int64[N] i", "y = Gather<axis = -1>(t, i)", 2),
    "through a cast": ("float[7] t, int32[N] i", "c = Cast<to = 7>(i) y = Gather(t, c)", 7),
    "labels": ("float[N, 3] s, int64[N] i", "y = SoftmaxCrossEntropyLoss(s, i)", 3),
    "smallest of two": (
        "float[7] t, float[4] u, int64[N] i",
        "a = Gather(t, i) b = Gather(u, i) y = Add(a, b)",
        4,
    ),
    "one-hot": (
        "int64[N] i",
        """d = Constant<value_int = 9>() v = Constant<value_floats = [0.0, 1.0]>()
        y = OneHot(i, d, v)""",
        9,
    ),
    "a mask": ("int64[N] i", "y = Cast<to = 1>(i)", 2),
    "unknown size": ("float[M] t, int64[N] i", "y = Gather(t, i)", 2),
}


@pytest.mark.parametrize(("inputs", "body", "bound"), BOUNDS.values(), ids=BOUNDS)
def test_bound_of_integers(inputs: str, body: str, bound: int) -> None:
    model = ir.from_onnx_text(f"{HEADER}g ({inputs}) => (float[N] y) {{ {body} }}")
    assert upper_bound(next(v for v in model.graph.inputs if v.name == "i")) == bound


def model(inputs: str) -> ir.Model:
    return ir.from_onnx_text(f"{HEADER}g ({inputs}) => (float[N] y) {{ y = Identity(x) }}")


def test_values_repeat_and_steps_differ() -> None:
    first = make_batches(model("float[N, 3] x"), ["x"], batch=2, steps=2).steps
    again = make_batches(model("float[N, 3] x"), ["x"], batch=2, steps=2).steps
    assert first[0]["x"].tobytes() == again[0]["x"].tobytes()
    assert first[0]["x"].tobytes() != first[1]["x"].tobytes()


SIZES = {
    "eight unless told": ("float[N, 3] x", {}, None, (8, 3)),
    "as asked": ("float[N, 3] x", {}, 5, (5, 3)),
    "as noted in the model": ("float[N, 3] x", {"bitgraph.batch": "6"}, None, (6, 3)),
    "asked beats noted": ("float[N, 3] x", {"bitgraph.batch": "6"}, 5, (5, 3)),
    "as fixed in the graph": ("float[4, 3] x", {"bitgraph.batch": "6"}, None, (4, 3)),
    "other symbols": ("float[N, M] x", {}, None, (8, 64)),
    "batch is not the first axis": ("float[N, 3] z, float[3, N] x", {}, None, (3, 8)),
    "a scalar": ("float x", {}, None, ()),
}


@pytest.mark.parametrize(("inputs", "noted", "asked", "shape"), SIZES.values(), ids=SIZES)
def test_shapes(inputs: str, noted: dict[str, str], asked: int | None, shape: tuple[int, ...]) -> None:
    graph = model(inputs)
    graph.metadata_props.update(noted)
    names = [str(value.name) for value in graph.graph.inputs]
    assert make_batches(graph, names, batch=asked).steps[0]["x"].shape == shape


REFUSALS = {
    "batch differs from the graph's": ("float[4, 3] x", 5, "input x has 4 samples"),
    "no samples": ("float[N] x", 0, "--batch is 0"),
    "strings": ("string[N] x", 2, "type STRING"),
}


@pytest.mark.parametrize(("inputs", "batch", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusal(inputs: str, batch: int, text: str) -> None:
    with pytest.raises(BadInputError, match=text):
        make_batches(model(inputs), ["x"], batch=batch)


def test_types() -> None:
    for name, dtype in {"float16": np.float16, "double": np.float64, "bool": np.bool_}.items():
        batch = make_batches(model(f"{name}[N, 50] x"), ["x"]).steps[0]
        assert batch["x"].dtype == dtype
        assert len(np.unique(batch["x"])) > 1
