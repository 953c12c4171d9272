"""The meaning of ``Stream``: its program, evaluated on whole tensors."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnx_ir as ir
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bitmap, Coded, Dense
from bitgraph.errors import BadInputError
from bitgraph.programs import Port, Program, read_program
from bitgraph.reference.batch_norm import Floats
from bitgraph.reference.batch_norm_grad import BatchNormGrad
from bitgraph.reference.batch_norm_recompute import BatchNormRecompute
from bitgraph.reference.conv_grad import gradients
from bitgraph.reference.held import read_held, told_by
from bitgraph.reference.mask_pack import held_mask

_OPSET = 15
_TRIGGERED = frozenset({domain.BATCH_NORM_RECOMPUTE})
"""Outside of a program these take what they wait for as their last input."""


class ConvGrad(OpRun):
    """``dX, dW, dB = ConvGrad(dY, X, W)``, the runtime's own: exact here but for one rounding."""

    op_domain = "com.microsoft"

    def _run(self, dy: Floats, x: Floats, w: Floats, **attributes: Any) -> tuple[Floats, ...]:
        return gradients("ConvGrad", dy, x, w, **attributes)[: len(self.onnx_node.output)]


class BitmapUnpack(OpRun):
    """``X = BitmapUnpack(held)``: in a program all is float32, and nothing waits."""

    op_domain = domain.DOMAIN

    def _run(self, held: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.BITMAP_UNPACK):
            return (read_held(held, (Bitmap, Dense, Coded), onnx.TensorProto.FLOAT),)


class MaskPack(OpRun):
    """``held = MaskPack(X, low, high)``: in a program it gives no alias."""

    op_domain = domain.DOMAIN

    def _run(
        self, x: Floats, low: Floats | None = None, high: Floats | None = None, predicate: str = ""
    ) -> tuple[npt.NDArray[np.uint8], ...]:
        return (held_mask(x, low, high, predicate),)


class Stream(OpRun):
    """``outputs = Stream(dY, ...)``: what the attribute ``program`` says, a graph of operators as text.

    The library runs it some samples at a time, so that nothing inside is there for the whole batch;
    ``rows_at_a_time`` says how many, and ``keep`` whether it may compute something twice. The result does
    not depend on them.
    """

    op_domain = domain.DOMAIN

    def _run(
        self, *inputs: npt.NDArray[Any], program: str = "", **_ignored: Any
    ) -> tuple[npt.NDArray[Any], ...]:
        read = read_program(program)
        if len(inputs) != len(read.inputs):
            raise BadInputError(f"{domain.STREAM}: {len(inputs)} inputs, the program has {len(read.inputs)}")
        names = [str(port.value.name) for port in read.inputs]
        new_ops: list[Any] = [BitmapUnpack, BatchNormRecompute, BatchNormGrad, ConvGrad, MaskPack]
        evaluator = ReferenceEvaluator(_model(read), new_ops=new_ops)
        return tuple(evaluator.run(None, dict(zip(names, inputs, strict=True))))


class StreamPack(Stream):
    """``Y, held, ... = StreamPack(X, ...)``: the same; beside rows it gives held forms of its values."""


def _model(program: Program) -> onnx.ModelProto:
    """The program as a model of its own."""
    dy = str(program.inputs[0].value.name)
    nodes = []
    for node in program.nodes:
        proto = ir.serde.serialize_node(node)
        if node.op_type in _TRIGGERED:
            proto.input.append(dy)
        nodes.append(proto)
    inputs, outputs = ([_info(port) for port in side] for side in (program.inputs, program.outputs))
    graph = onnx.helper.make_graph(nodes, "stream", inputs, outputs)
    opsets = {node.domain: 1 for node in program.nodes} | {"": _OPSET}
    return onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid(name, version) for name, version in opsets.items()]
    )


def _info(port: Port) -> onnx.ValueInfoProto:
    dtype = onnx.TensorProto.UINT8 if port.kind == "held" else onnx.TensorProto.FLOAT
    return onnx.helper.make_tensor_value_info(str(port.value.name), dtype, None)
