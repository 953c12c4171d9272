"""Programs of Stream, and the same nodes standing alone in a graph of the runtime's."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from conv_grads import CODECS, Convolution
from one_node import Array, Feeds, model_of, run
from onnx import TensorProto, helper

from bitgraph.domain import BATCH_NORM_RECOMPUTE, BITMAP_UNPACK, DOMAIN, MASK_PACK

Floats = npt.NDArray[np.float32]

EPSILON = 1e-3
STATISTICS = ("scale", "bias", "mean", "inv_std")
_OWN = {BITMAP_UNPACK, MASK_PACK, BATCH_NORM_RECOMPUTE, "BatchNormMaskGrad", "BatchNormGrad"}
_TRIGGERED = {BITMAP_UNPACK, BATCH_NORM_RECOMPUTE}


@dataclasses.dataclass(frozen=True)
class Line:
    """A node of a program: names with blanks between, and attributes."""

    made: str
    op: str
    read: str
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def text(self) -> str:
        """Return it as a line of the program."""
        shown = [f"{name} = {_value(value)}" for name, value in self.attributes.items()]
        attributes = f"<{', '.join(shown)}> " if shown else ""
        return f"{', '.join(self.made.split())} = {self.op} {attributes}({', '.join(self.read.split())})"

    def alone(self, trigger: str) -> onnx.NodeProto:
        """Return it as a node of a graph."""
        inputs = ["" if name == "''" else name for name in self.read.split()]
        outputs = ["" if name == "''" else name for name in self.made.split()]
        if self.op in _TRIGGERED:
            inputs.append(trigger)
        if self.op == MASK_PACK:
            outputs.insert(0, f"{outputs[0]}_through")
        domain = DOMAIN if self.op in _OWN else "com.microsoft" if self.op == "ConvGrad" else ""
        return helper.make_node(self.op, inputs, outputs, domain=domain, **self.attributes)


def _value(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


@dataclasses.dataclass(frozen=True)
class Program:
    """A program: its inputs and outputs, as the header names them, and its lines."""

    inputs: str
    outputs: str
    lines: tuple[Line, ...]

    def text(self) -> str:
        """Return the attribute's text."""
        body = "\n".join(f"  {line.text()}" for line in self.lines)
        return f"stream ({self.inputs}) => ({self.outputs}) {{\n{body}\n}}\n"

    def alone(self, feeds: Feeds, threads: int = 1) -> list[Array]:
        """Return the outputs of its nodes, each over the whole batch."""
        inputs, results = _names(self.inputs), _names(self.outputs)
        # What an Unpack waits for says what type it restores.
        trigger = next(name for name in inputs if feeds[name].dtype == np.float32)
        nodes = [line.alone(trigger) for line in self.lines]
        used = {name: feeds[name] for name in inputs}
        model = model_of(nodes, used, dict(zip(results, self._types(), strict=True)), own_domain=True)
        return run(model, used, threads, as_it_is=True)

    def stream(self, feeds: Feeds, threads: int = 1, rows: int = 0, *, in_place: bool = False) -> list[Array]:
        """Return the outputs of the Stream; ``in_place`` lets it write the first over its first input."""
        inputs, results = _names(self.inputs), _names(self.outputs)
        made = [f"{name}_made" for name in results]
        nodes = [stream_node(self.text(), inputs, made, rows)]
        used = {name: feeds[name] for name in inputs}
        outputs = dict(zip(made, self._types(), strict=True))
        if not in_place:
            return run(model_of(nodes, used, outputs, own_domain=True), used, threads)
        # Of known shape and with one reader each: only then does the runtime share their memory.
        nodes[0].input[0] = "own"
        nodes = [
            helper.make_node("Constant", [], ["unit"], value_float=1.0),
            helper.make_node("Mul", [inputs[0], "unit"], ["own"]),
            *nodes,
            helper.make_node("Mul", [made[0], "unit"], ["passed"]),
        ]
        outputs = {"passed": TensorProto.FLOAT, **dict.fromkeys(made[1:], TensorProto.FLOAT)}
        model = model_of(nodes, used, outputs, own_domain=True)
        for name in ("own", made[0]):
            shape = used[inputs[0]].shape
            model.graph.value_info.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return run(model, used, threads, as_it_is=True)

    def _types(self) -> list[int]:
        kinds = [part.split()[0] for part in self.outputs.split(",")]
        return [TensorProto.UINT8 if kind == "held" else TensorProto.FLOAT for kind in kinds]


def _names(header: str) -> list[str]:
    return [part.split()[1] for part in header.split(",")]


def stream_node(text: str, inputs: list[str], outputs: list[str], rows: int = 0) -> onnx.NodeProto:
    """Return a Stream, or what it is called where it makes held forms."""
    op = "StreamPack" if "held" in text.partition("=>")[2].partition("{")[0] else "Stream"
    return helper.make_node(op, inputs, outputs, domain=DOMAIN, program=text, rows_at_a_time=rows)


def conv_feeds(convolution: Convolution, seed: int = 0, codec: int = 0) -> dict[str, Array]:
    """Return dy, x, w, and x held as 'q'."""
    feeds: dict[str, Array] = dict(convolution.feeds(seed))
    feeds["q"] = CODECS[codec].encode(feeds["x"], TensorProto.FLOAT)
    return feeds


def statistics(channels: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Return scale, bias, mean and inv_std of a batch normalization."""
    vectors = {name: rng.standard_normal(channels, np.float32) for name in STATISTICS}
    return vectors | {"inv_std": np.abs(vectors["inv_std"]) + np.float32(0.5)}


def gradient_of(convolution: Convolution, x: str = "x") -> tuple[Line, str]:
    """Return the gradient of the convolution, and the header of its outputs."""
    names = ["dx", "dw", "db"][: 3 if convolution.bias else 2]
    outputs = ", ".join(("rows " if name == "dx" else "whole ") + name for name in names)
    return Line(" ".join(names), "ConvGrad", f"dy {x} w", convolution.attributes), outputs
