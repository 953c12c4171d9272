"""BitmapPack and BitmapUnpack in ONNX Runtime, as what others are compared with."""

import ctypes
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import TensorProto, helper

from bitgraph.domain import BITMAP_PACK, BITMAP_UNPACK, DOMAIN, VERSION
from bitgraph.runtime import session_options

Tensor = npt.NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class Peer:
    """A way to make a tensor smaller and to get it back.

    Attributes:
        name: What the table calls it.
        load: Turns the tensor into what ``pack`` takes.
        pack: Gives the small form.
        unpack: Gives the tensor's bytes back.
        size: Bytes of the small form.
        dense: The tensor that ``unpack`` gave.
    """

    name: str
    load: Callable[[Tensor], Any]
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]
    size: Callable[[Any], int]
    dense: Callable[[Any], Tensor]


def relu_like(size: int, zeros: float) -> Tensor:
    """Return ``size`` bytes of half-normal values, a fraction ``zeros`` of them exactly zero."""
    random = np.random.default_rng(1)
    values = np.abs(random.standard_normal(size // 4, dtype=np.float32))
    values[random.random(values.size, dtype=np.float32) < zeros] = 0
    return values


def bitgraph_peer() -> Peer:
    """Return the operators of the library."""
    pack = _Operator(
        BITMAP_PACK, {"x": TensorProto.FLOAT}, {"y": TensorProto.FLOAT, "held": TensorProto.UINT8}
    )
    # The trigger only says when: in a training graph it is the gradient that arrives.
    unpack = _Operator(
        BITMAP_UNPACK, {"held": TensorProto.UINT8, "trigger": TensorProto.FLOAT}, {"dense": TensorProto.FLOAT}
    )
    trigger = onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(1, np.float32))
    return Peer(
        "bitgraph",
        onnxruntime.OrtValue.ortvalue_from_numpy,
        lambda value: pack.run(value),
        lambda held: unpack.run(held, trigger),
        lambda held: int(held.shape()[0]),
        lambda value: value.numpy(),
    )


class _Operator:
    """A session of one node on one thread; gives the last of its outputs."""

    def __init__(self, op: str, inputs: Mapping[str, int], outputs: Mapping[str, int]) -> None:
        node = helper.make_node(op, list(inputs), list(outputs), domain=DOMAIN)
        self._inputs = list(inputs)
        self._wanted = list(outputs)[-1:]
        graph = helper.make_graph(
            [node],
            op,
            [helper.make_tensor_value_info(name, code, [None]) for name, code in inputs.items()],
            [helper.make_tensor_value_info(name, outputs[name], None) for name in self._wanted],
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, VERSION)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        options = session_options()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def run(self, *values: Any) -> Any:
        feeds = dict(zip(self._inputs, values, strict=True))
        return self._session.run_with_ort_values(self._wanted, feeds)[0]


def keep_freed_memory() -> None:
    """Let malloc neither map large blocks apart nor give memory back (glibc's mallopt)."""
    trim_threshold, mmap_max = -1, -4
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        raise SystemExit("the comparison needs glibc, whose malloc can be told to keep freed memory")
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(mmap_max, 0)
