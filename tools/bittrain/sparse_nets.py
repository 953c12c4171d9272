"""Nets whose activations have a wanted fraction of zeros: exact ones, that ReLUs leave by themselves.

ReLU by ReLU in the order of the forward pass, the bias in front of it (of its convolution, or of its batch
norm) is moved by the quantile that shall become zero.
"""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from zoo.net import Net

_SAMPLES = 8
"""Enough for batch statistics like those of a step."""


def shift_biases(net: Net, zeros: float, seed: int = 1) -> None:
    """Change the biases of ``net`` so that each ReLU leaves a fraction ``zeros`` of its outputs zero.

    Args:
        net: A net with one input of images.
        zeros: From 0 to 1.
        seed: Of the normally distributed images.
    """
    shape = [dim.dim_value for dim in net.model.graph.input[0].type.tensor_type.shape.dim][1:]
    images = np.random.default_rng(seed).standard_normal((_SAMPLES, *shape)).astype(np.float32)
    biases = {tensor.name: tensor for tensor in net.model.graph.initializer}
    for relu in (node for node in net.model.graph.node if node.op_type == "Relu"):
        bias = biases[_bias_before(net.model.graph, relu.input[0])]
        level = np.quantile(_values(net.model, relu.input[0], images), zeros)
        moved = numpy_helper.to_array(bias) - np.float32(level)
        bias.CopyFrom(numpy_helper.from_array(moved, bias.name))


def _bias_before(graph: onnx.GraphProto, name: str) -> str:
    producers = {output: node for node in graph.node for output in node.output}
    node = producers[name]
    while node.op_type == "Add":
        node = producers[node.input[0]]
    if node.op_type not in {"Conv", "BatchNormalization"} or len(node.input) < 3:
        raise ValueError(f"no bias is known in front of '{name}', which {node.op_type} makes")
    return str(node.input[2])


def _values(model: onnx.ModelProto, name: str, images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """What ``name`` is in training: batch norms take the statistics of the batch."""
    training = onnx.ModelProto()
    training.CopyFrom(model)
    for node in training.graph.node:
        if node.op_type == "BatchNormalization":
            node.attribute.append(helper.make_attribute("training_mode", 1))
            node.output.extend(f"{node.output[0]}.{what}" for what in ("mean", "var"))
    training.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(training.SerializeToString(), providers=["CPUExecutionProvider"])
    (values,) = session.run([name], {training.graph.input[0].name: images})
    return np.asarray(values)
