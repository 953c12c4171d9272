"""One operator as a whole model, run by the native library and by the NumPy reference."""

import ctypes
import dataclasses
import functools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from laws import assert_same_bits
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from bitgraph.codecs import bit_pattern, element_code
from bitgraph.codecs.element_types import NUMPY_TYPES
from bitgraph.domain import DOMAIN, VERSION
from bitgraph.errors import BitgraphError
from bitgraph.reference import OPS
from bitgraph.runtime import session_options

Array = npt.NDArray[Any]
Feeds = Mapping[str, Array]

ONNX_OPSET = 17
IR_VERSION = 9

# ONNX Runtime's Python bindings take no NumPy array of these: they are fed as initializers.
_NO_NUMPY = {TensorProto.BFLOAT16, *range(TensorProto.FLOAT8E4M3FN, TensorProto.FLOAT8E5M2FNUZ + 1)}


@dataclasses.dataclass(frozen=True)
class OneNode:
    """A node of our domain: its inputs are the feeds, by name, and its outputs the graph's.

    Attributes:
        op: The operator.
        inputs: Names of the inputs in order; an empty name is an absent input.
        outputs: Element type of each output; None stands for that of the first input.
        attributes: The node's attributes.
    """

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[int | None, ...]
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def model(self, feeds: Feeds) -> onnx.ModelProto:
        """Return the model, its inputs typed by ``feeds`` with every dim left open."""
        outputs = [f"out{i}" for i in range(len(self.outputs))]
        node = helper.make_node(self.op, self.inputs, outputs, domain=DOMAIN, **self.attributes)
        own_type = element_code(feeds[self.inputs[0]])
        types = [own_type if code is None else code for code in self.outputs]
        return model_of([node], feeds, dict(zip(outputs, types, strict=True)), own_domain=True)

    def agrees(self, feeds: Feeds) -> list[Array]:
        """Run natively, with one thread and with two, and in NumPy: all give the same bits."""
        expected = self.reference(feeds)
        for threads in (1, 2):
            for found, want in zip(self.native(feeds, threads), expected, strict=True):
                assert_same_bits(found, want)
        return expected

    def native(self, feeds: Feeds, threads: int = 1) -> list[Array]:
        """Return the outputs that ONNX Runtime gives."""
        return run(self.model(feeds), feeds, threads)

    def reference(self, feeds: Feeds) -> list[Array]:
        """Return the outputs that the reference evaluator gives."""
        new_ops: list[Any] = list(OPS)
        evaluator = ReferenceEvaluator(self.model(feeds), new_ops=new_ops)
        return list(evaluator.run(None, _feedable(feeds)))

    def refusal(self, feeds: Feeds) -> str:
        """Both refuse. Return ONNX Runtime's text, which names the operator and two numbers."""
        with pytest.raises(BitgraphError, match=self.op):
            self.reference(feeds)
        with pytest.raises(Exception, match=self.op) as raised:
            self.native(feeds)
        return assert_names_two_numbers(self.op, str(raised.value))


def model_of(
    nodes: list[onnx.NodeProto], feeds: Feeds, outputs: Mapping[str, int], *, own_domain: bool
) -> onnx.ModelProto:
    """Return a model of ``nodes`` over ``feeds``, every dim left open."""
    inputs = [
        helper.make_tensor_value_info(name, element_code(feed), [None] * feed.ndim)
        for name, feed in _feedable(feeds).items()
    ]
    constants = [_constant(name, feed) for name, feed in feeds.items() if element_code(feed) in _NO_NUMPY]
    results = [helper.make_tensor_value_info(name, code, None) for name, code in outputs.items()]
    opsets = [helper.make_opsetid("", ONNX_OPSET), helper.make_opsetid("com.microsoft", 1)]
    if own_domain:
        opsets.append(helper.make_opsetid(DOMAIN, VERSION))
    graph = helper.make_graph(nodes, "one_node", inputs, results, constants)
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def run(model: onnx.ModelProto, feeds: Feeds, threads: int = 1, *, as_it_is: bool = False) -> list[Array]:
    """Return the outputs of ``model`` in ONNX Runtime, the native library registered.

    With ``as_it_is`` the runtime neither merges nor fuses its nodes.
    """
    session = _session(model.SerializeToString(deterministic=True), threads, as_it_is)
    values = {
        name: onnxruntime.OrtValue.ortvalue_from_numpy(np.asarray(feed, order="C"))
        for name, feed in _feedable(feeds).items()
    }
    return [_array(value) for value in session.run_with_ort_values(None, values)]


def assert_names_two_numbers(op: str, message: str) -> str:
    """Return the part of an error text that begins with the operator; it has two numbers."""
    text = message[message.rindex(op) :]
    assert len(re.findall(r"\d+", text.removeprefix(op))) >= 2, message
    return text


@functools.lru_cache(maxsize=64)
def _session(model: bytes, threads: int, as_it_is: bool) -> Any:
    options = session_options()
    if as_it_is:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # What is refused here is meant to be.
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _constant(name: str, feed: Array) -> onnx.TensorProto:
    # Not raw data: the reference evaluator of onnx 1.17 ignores that of bfloat16.
    bits = bit_pattern(feed).tolist()
    return TensorProto(name=name, data_type=element_code(feed), dims=feed.shape, int32_data=bits)


def _feedable(feeds: Feeds) -> dict[str, Array]:
    return {name: feed for name, feed in feeds.items() if element_code(feed) not in _NO_NUMPY}


def _array(value: Any) -> Array:
    code = value.element_type()
    if code not in _NO_NUMPY:
        array: Array = value.numpy()
        return array
    shape = tuple(value.shape())
    size = int(np.prod(shape)) * NUMPY_TYPES[code].itemsize
    content = ctypes.string_at(value.data_ptr(), size) if size else b""
    return np.frombuffer(content, NUMPY_TYPES[code]).reshape(shape)
