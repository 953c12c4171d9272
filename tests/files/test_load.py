import forward_models
import numpy as np
import onnx
import onnx_ir as ir
import pytest

from bitgraph.errors import BadInputError
from bitgraph.files import load


def test_single_file(tmp_path):
    path = forward_models.raw_step(tmp_path / "step.onnx")
    loaded = load(path)
    assert (loaded.graph_path, loaded.directory, loaded.source) == (path, None, path)
    assert loaded.data_files == ()


def test_prefix_of_artifacts(tmp_path):
    path = forward_models.raw_step(tmp_path / "tiny_training_model.onnx")
    loaded = load(tmp_path)
    assert (loaded.graph_path, loaded.directory, loaded.source) == (path, tmp_path, tmp_path)


def test_external_data_stays_in_its_file(tmp_path, monkeypatch):
    forward_models.raw_step(tmp_path / "step.onnx", "weights.bin")
    monkeypatch.chdir(tmp_path)
    loaded = load("step.onnx")
    monkeypatch.chdir("/")  # a relative path is meant from where it was given
    weights = loaded.model.graph.initializers["w1"].const_value
    assert isinstance(weights, ir.ExternalTensor)
    assert loaded.data_files == ("weights.bin",)
    assert np.frombuffer((tmp_path / "weights.bin").read_bytes(), np.float32).tolist() == (
        weights.numpy().ravel().tolist()
    )


def test_external_data_of_an_attribute(tmp_path):
    model = onnx.load(forward_models.raw_step(tmp_path / "step.onnx"))
    constant = next(node for node in model.graph.node if node.op_type == "Constant")
    tensor = constant.attribute[0].t
    tensor.CopyFrom(onnx.helper.make_tensor("c", onnx.TensorProto.FLOAT, [], [2.0]))
    tensor.ClearField("float_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="gone.bin")
    constant.attribute[0].name = "value"
    constant.attribute[0].type = onnx.AttributeProto.TENSOR
    (tmp_path / "step.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(BadInputError, match=r"gone\.bin"):
        load(tmp_path / "step.onnx")


def test_every_truncation_is_told(tmp_path):
    data = forward_models.raw_step(tmp_path / "step.onnx").read_bytes()
    cut = tmp_path / "cut.onnx"
    for length in range(len(data)):
        cut.write_bytes(data[:length])
        with pytest.raises(BadInputError, match=r"cut\.onnx"):
            load(cut)
