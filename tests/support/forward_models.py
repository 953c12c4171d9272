"""Small forward models in ONNX text form, with seeded weights."""

import pathlib

import numpy as np
import onnx
from onnx import numpy_helper, parser

HEAD = '<ir_version: 8, opset_import: ["" : 17]>\n'
MLP = "forward (float[N, 8] x) => (float[N, 4] y) {{ h = Gemm(x, w1, b1) a = {op} y = Gemm(a, w2, b2) }}"
WEIGHTS = {"w1": (8, 8), "b1": (8,), "w2": (8, 4), "b2": (4,), "scale": (8,), "shift": (8,)}
NORM = "n, mean, var = BatchNormalization<training_mode = 1>(h, scale, shift, m, v)  a = Relu(n)"


def mlp(op: str = "Relu(h)", **constants: np.ndarray) -> onnx.ModelProto:
    """Two linear layers with ``op`` between them, which makes ``a`` of ``h``."""
    text = MLP.format(op=op) if "=" not in op else MLP.replace("a = {op}", op).format()
    model = parser.parse_model(HEAD + text)
    random = np.random.default_rng(0)
    values = {name: random.standard_normal(shape) * 0.5 for name, shape in WEIGHTS.items()}
    arrays = {name: value.astype(np.float32) for name, value in values.items()} | constants
    read = {name for node in model.graph.node for name in node.input}
    model.graph.initializer.extend(
        numpy_helper.from_array(array, name) for name, array in arrays.items() if name in read
    )
    return model


def normed_mlp() -> onnx.ModelProto:
    """An MLP with a BatchNormalization that declares the outputs of training mode."""
    return mlp(NORM, m=np.zeros(8, np.float32), v=np.ones(8, np.float32))


def write(model: onnx.ModelProto, path: pathlib.Path, data: str | None = None) -> pathlib.Path:
    """Write ``model``, with its weights in the file ``data`` beside it if one is named."""
    external = {"save_as_external_data": True, "location": data, "size_threshold": 0}
    onnx.save(model, path, **(external if data else {}))
    return path


def raw_step(path: pathlib.Path, data: str | None = None) -> pathlib.Path:
    """Write a small training graph of standard operators, with its weights inside or beside."""
    text = """step (float[4, 8] x) => (float loss, float[8, 8] w_grad) {
        h = MatMul(x, w1)
        a = Relu(h)
        s = Mul(a, a)
        loss = ReduceSum <keepdims = 0> (s)
        two = Constant <value = float {2.0}> ()
        a_grad = Mul(a, two)
        zero = Constant <value = float {0.0}> ()
        positive = Greater(h, zero)
        h_grad = Where(positive, a_grad, zero)
        xt = Transpose <perm = [1, 0]> (x)
        w_grad = MatMul(xt, h_grad)
    }"""
    model = parser.parse_model(HEAD + text)
    weights = np.random.default_rng(0).standard_normal((8, 8)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weights, "w1"))
    return write(model, path, data)
