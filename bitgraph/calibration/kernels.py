"""What is timed to learn how fast a processor is: small graphs."""

import dataclasses

_HEADER = '<ir_version: 9, opset_import: ["" : 17, "com.microsoft" : 1]>'
_ROWS = "32768, 256"
"""Of 32 MiB: more than what caches keep from one run to the next."""


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A graph that runs one kernel, or one after the other.

    Attributes:
        body: The nodes, in ONNX text.
        inputs: The inputs and their types.
        outputs: The outputs and their types.
    """

    body: str
    inputs: str
    outputs: str

    @property
    def text(self) -> str:
        """The whole model."""
        return f"{_HEADER}\ntimed ({self.inputs}) => ({self.outputs}) {{\n{self.body}\n}}"


def _moving(op_type: str) -> Kernel:
    row = f"float[{_ROWS}]"
    return Kernel(f"y = {op_type}(a, b)", f"{row} a, {row} b", f"{row} y")


def _function(call: str) -> Kernel:
    return Kernel(f"y = {call}", f"float[{_ROWS}] x", f"float[{_ROWS}] y")


def _convolution(channels: int, side: int, kernel: int, groups: int = 1) -> list[Kernel]:
    """Forward and backward."""
    image = f"float[4, {channels}, {side}, {side}]"
    weight = f"float[{channels}, {channels // groups}, {kernel}, {kernel}]"
    attributes = (
        f"<kernel_shape = {[kernel] * 2}, pads = {[kernel // 2] * 4}, group = {groups},"
        " strides = [1, 1], dilations = [1, 1]>"
    )
    return [
        Kernel(f"y = Conv {attributes} (x, w)", f"{image} x, {weight} w", f"{image} y"),
        Kernel(
            f"dx, dw = com.microsoft.ConvGrad {attributes} (dy, x, w)",
            f"{image} dy, {image} x, {weight} w",
            f"{image} dx, {weight} dw",
        ),
    ]


def _matrices(*dims: int) -> Kernel:
    rows, depth, columns = dims
    inputs = f"float[{rows}, {depth}] a, float[{depth}, {columns}] b"
    return Kernel("y = MatMul(a, b)", inputs, f"float[{rows}, {columns}] y")


def _chain(length: int) -> Kernel:
    body = "\n".join(f"x{i + 1} = Neg(x{i})" for i in range(length))
    return Kernel(body, "float[1] x0", f"float[1] x{length}")


MOVING = [_moving("Add"), _moving("Mul")]
FUNCTIONS = [_function(call) for call in ("Erf(x)", "Exp(x)", "Sigmoid(x)", "Softmax(x)", "Tanh(x)")]
CONVOLUTIONS = [*_convolution(64, 28, 3), *_convolution(128, 28, 1), *_convolution(32, 56, 3)]
DEPTHWISE = [*_convolution(96, 56, 3, 96), *_convolution(192, 28, 3, 192)]
MATRICES = [_matrices(512, 512, 512), _matrices(2048, 256, 256), _matrices(512, 256, 1024)]
SHORT, LONG = _chain(1), _chain(401)
"""Nodes that do next to nothing: the difference is what a node costs by itself."""
