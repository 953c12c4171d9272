import pathlib
from typing import Any

import numpy as np
import onnx_ir as ir
import pytest

from bitgraph.errors import BadInputError
from bitgraph.measure.given_data import given_batches

IMAGES = np.arange(7 * 3, dtype=np.float32).reshape(7, 3)
LABELS = np.arange(7)


def inputs() -> list[ir.Value]:
    return [
        ir.Value(name="x", shape=ir.Shape(["N", 3]), type=ir.TensorType(ir.DataType.FLOAT)),
        ir.Value(name="y", shape=ir.Shape(["N"]), type=ir.TensorType(ir.DataType.INT64)),
    ]


def saved(path: pathlib.Path, **arrays: Any) -> pathlib.Path:
    np.savez(path / "data.npz", **arrays)
    return path / "data.npz"


def test_steps_are_cut_and_start_over(tmp_path: pathlib.Path) -> None:
    path = saved(tmp_path, x=IMAGES, y=LABELS)
    assert [b["y"].tolist() for b in given_batches(path, inputs(), 3, None)] == [
        [0, 1, 2],
        [3, 4, 5],
    ]
    assert [b["y"].tolist() for b in given_batches(path, inputs(), 6, 2)] == [list(range(6))] * 2


def test_types_are_cast_within_their_kind(tmp_path: pathlib.Path) -> None:
    path = saved(tmp_path, x=IMAGES.astype(np.float64), y=LABELS.astype(np.int8))
    batch = given_batches(path, inputs(), 7, None)[0]
    assert (batch["x"].dtype, batch["y"].dtype) == (np.float32, np.int64)
    assert np.array_equal(batch["x"], IMAGES)


def test_an_input_without_batch_goes_whole_into_every_step(tmp_path: pathlib.Path) -> None:
    table = ir.Value(name="t", shape=ir.Shape([5]), type=ir.TensorType(ir.DataType.FLOAT))
    path = saved(tmp_path, x=IMAGES, y=LABELS, t=np.ones(5, np.float32))
    assert [len(b["t"]) for b in given_batches(path, [*inputs(), table], 2, None)] == [5, 5, 5]


REFUSALS = {
    "missing array": ({"x": IMAGES}, 1, "no array for input y; it has x"),
    "unknown array": ({"x": IMAGES, "y": LABELS, "z": LABELS}, 1, "array z is no input"),
    "too few samples": ({"x": IMAGES, "y": LABELS}, 8, "7 samples do not fill one step of 8"),
    "different lengths": ({"x": IMAGES, "y": LABELS[1:]}, 1, "different length"),
    "wrong kind": ({"x": IMAGES, "y": LABELS * 0.5}, 1, "type float64, the graph wants int64"),
    "wrong shape": ({"x": IMAGES[:, 1:], "y": LABELS}, 1, r"shape \(7, 2\), the graph wants"),
    "wrong rank": ({"x": IMAGES, "y": LABELS[:, None]}, 1, r"shape \(7, 1\)"),
}


@pytest.mark.parametrize(("arrays", "size", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusal(tmp_path: pathlib.Path, arrays: dict[str, np.ndarray], size: int, text: str) -> None:
    with pytest.raises(BadInputError, match=text):
        given_batches(saved(tmp_path, **arrays), inputs(), size, None)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04broken"])
def test_not_an_archive(tmp_path: pathlib.Path, content: bytes) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match="not a readable NPZ file"):
        given_batches(path, inputs(), 1, None)


def test_one_array_without_a_name(tmp_path: pathlib.Path) -> None:
    np.save(tmp_path / "data.npy", IMAGES)
    with pytest.raises(BadInputError, match="one array without a name"):
        given_batches(tmp_path / "data.npy", inputs(), 1, None)


def test_no_file(tmp_path: pathlib.Path) -> None:
    with pytest.raises(BadInputError, match="not a readable NPZ file"):
        given_batches(tmp_path / "none.npz", inputs(), 1, None)
