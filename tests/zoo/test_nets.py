import math
import pathlib
import subprocess
import sys

import onnx
import pytest
from zoo.nets import NETS

# Counted from the published architectures, with ten classes.
PARAMETERS = {
    "vgg": 435_882,
    "resnet18": 11_181_642,
    "mobilenet_v2": 2_236_682,
    "mlp": 535_818,
}
ZOO = pathlib.Path(__file__).resolve().parents[2] / "tools" / "zoo"


@pytest.mark.parametrize("name", NETS)
def test_net(name: str) -> None:
    net = NETS[name]()
    onnx.checker.check_model(net.model, full_check=True)
    for value in [*net.model.graph.input, *net.model.graph.output]:
        first, *rest = value.type.tensor_type.shape.dim
        assert first.dim_param == "N"
        assert all(dim.dim_value for dim in rest)
    assert {prop.key: prop.value for prop in net.model.metadata_props} == {"bitgraph.batch": str(net.batch)}


@pytest.mark.parametrize("name", PARAMETERS)
def test_number_of_parameters(name: str) -> None:
    tensors = NETS[name]().model.graph.initializer
    trained = [tensor for tensor in tensors if ".running_" not in tensor.name]
    assert sum(math.prod(tensor.dims) for tensor in trained) == PARAMETERS[name]


def test_weights_are_the_same_each_time() -> None:
    first, second = (NETS["tiny_encoder"]().model.SerializeToString() for _ in range(2))
    assert first == second


def test_command_writes_artifacts(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "mlp"
    command = [sys.executable, str(ZOO), "mlp", "-o", str(out), "--optimizer", "adamw"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    names = {file.name for file in out.iterdir()}
    assert names == {"training_model.onnx", "eval_model.onnx", "optimizer_model.onnx", "checkpoint"}
