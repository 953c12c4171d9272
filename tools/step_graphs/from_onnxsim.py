"""Step graphs as onnxsim makes them: loss, gradients and an optimizer's update in one graph.

Use: ``python tools/step_graphs/from_onnxsim.py DIR`` where ``pip install onnxsim==0.8.1`` is all there is.
"""

import lzma
import pathlib
import sys

import numpy as np
import onnx
import onnxsim

BATCH, CLASSES, SIDE = 16, 10, 32


def main(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, channels, optimizer in (
        ("onnxsim_conv2", (16, 32), "sgd_momentum"),
        ("onnxsim_conv4", (16, 16, 32, 32), "adam"),
    ):
        model, parameters = conv_net(channels)
        loop = onnxsim.compile_training_loop(model, "loss", parameters, optimizer)
        stored = directory / f"{name}.onnx.xz"
        stored.write_bytes(lzma.compress(loop.step_graph.model.SerializeToString(), preset=9))


def conv_net(channels: tuple[int, ...]) -> tuple[onnx.ModelProto, list[str]]:
    """Convolutions with ReLU, every second one halving the image, and cross entropy on one-hot labels."""
    lines, weights, previous = [], {}, 3
    value = "x"
    for index, width in enumerate(channels):
        stride = 1 + index % 2
        weights[f"w{index}"] = (width, previous, 3, 3)
        weights[f"b{index}"] = (width,)
        lines.append(
            f"c{index} = Conv<pads=[1,1,1,1], strides=[{stride},{stride}]>({value}, w{index}, b{index})"
        )
        lines.append(f"r{index} = Relu(c{index})")
        value, previous = f"r{index}", width
    weights["w"], weights["b"] = (previous, CLASSES), (CLASSES,)
    body = "\n".join(lines)
    text = f"""<ir_version: 8, opset_import: ["" : 17]>
    net (float[{BATCH},3,{SIDE},{SIDE}] x, float[{BATCH},{CLASSES}] labels) => (float loss)
    <int64[2] flat = {{{BATCH}, {previous}}}> {{
        {body}
        pooled = GlobalAveragePool({value})
        features = Reshape(pooled, flat)
        scores = Gemm(features, w, b)
        probabilities = Softmax<axis=1>(scores)
        logarithms = Log(probabilities)
        chosen = Mul(logarithms, labels)
        sums = ReduceSum<keepdims=0>(chosen)
        loss = Neg(sums)
    }}"""
    model = onnx.parser.parse_model(text)
    rng = np.random.default_rng(0)
    for name, shape in weights.items():
        data = rng.normal(0, 0.1, shape).astype(np.float32)
        model.graph.initializer.append(onnx.numpy_helper.from_array(data, name))
    return model, list(weights)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
