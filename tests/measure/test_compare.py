import json
import pathlib
import re
import shutil
import sys

import numpy as np
import onnx
import pytest

from bitgraph.errors import BadInputError
from bitgraph.measure import Comparison, compare

BITS = re.compile(r"step 1: loss: element 0: 0x[0-9a-f]{8} != 0x[0-9a-f]{8}")


def edited_copy(artifacts: pathlib.Path, out: pathlib.Path) -> onnx.ModelProto:
    shutil.copytree(artifacts, out)
    return onnx.load(out / "training_model.onnx")


@pytest.fixture(scope="module")
def same(artifacts: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    copy = tmp_path_factory.mktemp("same") / "copy"
    shutil.copytree(artifacts, copy)
    told: list[tuple[str, int, int]] = []
    result = compare(artifacts, copy, steps=3, progress=lambda *stage: told.append(stage))
    stages = list(dict.fromkeys(text for text, _, _ in told))
    assert stages[0] == "reading the models (1 of 6)"
    assert [text.rsplit(" (")[1] for text in stages] == [f"{place} of 6)" for place in range(1, 7)]
    for text in stages[1:]:
        begun, *parts = [(done, total) for stage, done, total in told if stage == text]
        assert begun == (0, 1)
        assert [done for done, _ in parts] == list(range(len(parts)))
        assert all(total >= len(parts) > 1 for _, total in parts)
    return result


def test_a_copy_is_identical(same: Comparison) -> None:
    assert same.identical
    assert same.first_difference is None
    assert (same.steps, same.batch) == (3, 4)


@pytest.mark.skipif(sys.platform == "win32", reason="memray does not run on Windows")
def test_memory_of_a_copy_is_the_same(same: Comparison) -> None:
    assert same.stock.peak_bytes == same.optimized.peak_bytes
    # Input of the second convolution and the first one's output: 4 samples of 8 channels.
    assert same.stock.peak_bytes is not None
    assert same.stock.peak_bytes > 4 * 8 * (8 * 8 + 4 * 4) * 4
    assert same.stock.rss_bytes is not None


def test_peak_of_a_copy_is_predicted_for_its_batch(same: Comparison) -> None:
    assert same.stock.predicted_bytes == same.optimized.predicted_bytes
    assert same.stock.prediction_error == pytest.approx(0.0, abs=0.1)


def test_json_has_the_documented_keys(same: Comparison) -> None:
    found = json.loads(json.dumps(same.to_json()))
    sides = {"peak_bytes", "predicted_bytes", "prediction_error", "rss_bytes", "step_seconds"}
    assert sides <= found["stock"].keys()
    assert sides <= found["optimized"].keys()
    assert {"identical", "first_difference", "steps"} <= found.keys()
    assert {"peak_ratio", "rss_ratio", "time_ratio"} <= found.keys()
    assert found["peak_ratio"] == 1.0


def test_a_changed_graph_differs(artifacts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    model = edited_copy(artifacts, tmp_path / "changed")
    node = next(node for node in model.graph.node if node.op_type == "Relu")
    node.op_type = "Abs"
    onnx.save(model, tmp_path / "changed" / "training_model.onnx")
    result = compare(artifacts, tmp_path / "changed", steps=1)
    assert not result.identical
    assert BITS.fullmatch(result.first_difference or "")


def test_graphs_of_different_data(artifacts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    model = edited_copy(artifacts, tmp_path / "renamed")
    model.graph.input[0].name = "picture"
    for node in model.graph.node:
        node.input[:] = ["picture" if name == "input" else name for name in node.input]
    onnx.save(model, tmp_path / "renamed" / "training_model.onnx")
    with pytest.raises(BadInputError, match="take different data: input, labels against picture"):
        compare(artifacts, tmp_path / "renamed")


def test_a_crash_is_one_line(artifacts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    model = edited_copy(artifacts, tmp_path / "crashing")
    # ONNX Runtime reads this output's shape without a check as it loads the graph.
    output = next(n.output[0] for n in model.graph.node if n.op_type == "MaxPoolGrad")
    kept = [info for info in model.graph.value_info if info.name != output]
    del model.graph.value_info[:]
    model.graph.value_info.extend(kept)
    onnx.save(model, tmp_path / "crashing" / "training_model.onnx")
    with pytest.raises(BadInputError) as caught:
        compare(artifacts, tmp_path / "crashing")
    assert str(caught.value).endswith("the run crashed the process with SIGSEGV")
    assert "\n" not in str(caught.value)


def test_a_graph_that_cannot_be_loaded_is_one_line(artifacts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    model = edited_copy(artifacts, tmp_path / "unknown")
    model.graph.node[0].op_type = "NoSuchOperator"
    onnx.save(model, tmp_path / "unknown" / "training_model.onnx")
    with pytest.raises(BadInputError, match="NoSuchOperator") as caught:
        compare(artifacts, tmp_path / "unknown")
    assert "\n" not in str(caught.value)


def test_given_data_is_used(artifacts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    data = tmp_path / "data.npz"
    images = np.zeros((7, 3, 8, 8), np.float32)
    np.savez(data, input=images, labels=np.array([0, 1, 2, 3, 4, 0, 99]))
    # The label that is no class is in the fourth step, which is not asked for.
    result = compare(artifacts, artifacts, data=data, batch=2, steps=3)
    assert (result.identical, result.steps, result.batch) == (True, 3, 2)
