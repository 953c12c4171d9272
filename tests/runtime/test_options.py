import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from bitgraph.errors import BadInputError
from bitgraph.runtime import library_path, session_options


def test_missing_library_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bitgraph.runtime.library._FILE_NAMES", {"linux": "none", "darwin": "none"})
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(BadInputError, match="native library none is missing") as caught:
        library_path()
    assert "\n" not in str(caught.value)


def test_library_path_is_a_file() -> None:
    assert library_path().is_file()


def test_options_are_registered_once_and_given_back() -> None:
    base = onnxruntime.SessionOptions()
    base.intra_op_num_threads = 1
    assert session_options(base) is base
    assert session_options(base) is base
    session(base)


def test_memory_pattern_is_off() -> None:
    assert not session_options().enable_mem_pattern


def test_two_options_in_one_process() -> None:
    session(session_options())
    session(session_options())


def session(options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "g", [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return onnxruntime.InferenceSession(
        onnx.ModelProto.SerializeToString(model), options, providers=["CPUExecutionProvider"]
    )
