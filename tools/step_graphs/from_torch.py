"""Step graphs as PyTorch's dynamo exporter makes them of ``make_fx`` over ``torch.func``.

Loss and gradients as functions of the parameters and the data; standard operators only.

Use: ``python tools/step_graphs/from_torch.py DIR`` where ``pip install torch==2.13.0 onnxscript==0.7.2`` is
all there is.
"""

import lzma
import pathlib
import sys

import torch
from torch.func import functional_call, grad_and_value
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional

BATCH = 16


def main(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    for name, net in nets().items():
        export(net, directory / f"torch_{name}.onnx.xz")


def nets() -> dict[str, torch.nn.Module]:
    def layer(source, width, stride=1):
        return [torch.nn.Conv2d(source, width, 3, stride, 1), torch.nn.ReLU()]

    def head(width):
        return [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(width, 10)]

    return {
        "conv2": torch.nn.Sequential(*layer(3, 16), *layer(16, 32, 2), *head(32)),
        "conv4": torch.nn.Sequential(
            *layer(3, 16), *layer(16, 16, 2), *layer(16, 32), *layer(32, 32, 2), *head(32)
        ),
    }


def convolution_backward(
    gradient, source, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, mask
):
    """The gradients of a convolution as convolutions: the exporter has none of its own for them."""
    del bias_sizes, transposed, output_padding
    reached = [
        (rows - 1) * step - 2 * pad + spread * (kernel - 1) + 1
        for rows, step, pad, spread, kernel in zip(
            gradient.shape[2:], stride, padding, dilation, weight.shape[2:], strict=True
        )
    ]
    rest = [size - reach for size, reach in zip(source.shape[2:], reached, strict=True)]
    to_source = to_weight = to_bias = None
    if mask[0]:
        to_source = functional.conv_transpose2d(
            gradient, weight, None, stride, padding, rest, groups, dilation
        )
    if mask[1]:
        to_weight = functional.conv2d(
            source.transpose(0, 1), gradient.transpose(0, 1), None, dilation, padding, stride
        ).transpose(0, 1)
        to_weight = to_weight[:, :, : weight.shape[2], : weight.shape[3]]
    if mask[2]:
        to_bias = gradient.sum((0, 2, 3))
    return to_source, to_weight, to_bias


def export(net: torch.nn.Module, path: pathlib.Path) -> None:
    parameters = dict(net.named_parameters())
    names = list(parameters)

    def loss(values, x, labels):
        scores = functional_call(net, values, (x,))
        return -(functional.log_softmax(scores, 1) * labels).sum(1).mean()

    def step(*values):
        held = dict(zip(names, values, strict=False))
        gradients, value = grad_and_value(loss)(held, *values[len(names) :])
        return (value, *(gradients[name] for name in names))

    data = torch.randn(BATCH, 3, 32, 32), functional.one_hot(torch.arange(BATCH) % 10, 10).float()
    inputs = (*(value.detach() for value in parameters.values()), *data)
    traced = make_fx(step, {torch.ops.aten.convolution_backward.default: convolution_backward})(*inputs)
    plain = [name.replace(".", "_") for name in names]
    program = torch.onnx.export(
        traced,
        inputs,
        dynamo=True,
        opset_version=20,
        input_names=[*plain, "x", "labels"],
        output_names=["loss", *(f"{name}_grad" for name in plain)],
    )
    model = program.model_proto
    model.ir_version = 10
    path.write_bytes(lzma.compress(model.SerializeToString(), preset=9))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
