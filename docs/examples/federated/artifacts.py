"""What every client trains: a small convolutional net's training artifacts, stock's and bitgraph's."""

import pathlib
import shutil

import numpy as np
import onnx
import onnx_ir as ir

import bitgraph
from bitgraph.runtime.training import artifacts

CLASSES = 10
NET = """<ir_version: 8, opset_import: ["" : 17]>
digits (float[batch, 1, 28, 28] images) => (float[batch, 10] scores)
<int64[2] flat = {0, -1}> {
    c1 = Conv<pads = [1, 1, 1, 1]>(images, conv1_weight, conv1_bias)
    r1 = Relu(c1)
    c2 = Conv<pads = [1, 1, 1, 1]>(r1, conv2_weight, conv2_bias)
    r2 = Relu(c2)
    p2 = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r2)
    c3 = Conv<pads = [1, 1, 1, 1]>(p2, conv3_weight, conv3_bias)
    r3 = Relu(c3)
    p3 = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r3)
    f = Reshape(p3, flat)
    scores = Gemm(f, linear_weight, linear_bias)
}"""
WEIGHTS = {
    "conv1_weight": (16, 1, 3, 3),
    "conv2_weight": (32, 16, 3, 3),
    "conv3_weight": (32, 32, 3, 3),
    "linear_weight": (32 * 7 * 7, CLASSES),
}


def forward_model() -> onnx.ModelProto:
    """Make the forward model, its weights drawn from a fixed seed."""
    model, rng = onnx.parser.parse_model(NET), np.random.default_rng(0)
    for name, shape in WEIGHTS.items():
        convolution = len(shape) == 4
        fan_in = int(np.prod(shape[1:])) if convolution else shape[0]
        weight = rng.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32)
        bias = np.zeros(shape[0] if convolution else shape[1], np.float32)
        for part, array in ((name, weight), (name.replace("weight", "bias"), bias)):
            model.graph.initializer.append(onnx.numpy_helper.from_array(array, part))
    return model


def make_artifacts(folder: pathlib.Path, batch: int) -> tuple[pathlib.Path, pathlib.Path]:
    """Write ``folder/stock`` and ``folder/bitgraph``, and give both."""
    stock, optimized = folder / "stock", folder / "bitgraph"
    stock.mkdir(parents=True)
    model = forward_model()
    artifacts.generate_artifacts(
        model,
        requires_grad=[each.name for each in model.graph.initializer if each.name != "flat"],
        loss=artifacts.LossType.CrossEntropyLoss,
        optimizer=artifacts.OptimType.SGD,
        artifact_directory=str(stock),
    )
    shutil.copytree(stock, optimized)
    rewritten = bitgraph.optimize(stock, bitgraph.Config(batch=batch)).model
    ir.save(rewritten, optimized / "training_model.onnx")
    return stock, optimized
