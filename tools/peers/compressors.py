"""Compare packing with general compressors: ``python tools/peers/compressors.py``.

The tensors are float32 as after a ReLU: half-normal values, a part of them exactly zero. BitmapPack
and BitmapUnpack run in ONNX Runtime; LZ4, Zstandard and Blosc2 (bytes shuffled, then LZ4 or
Zstandard) are called through their Python packages, Zstandard and Blosc2 at level 1, their fastest.
All use one thread, make their own output, and take turns on the same tensors; a speed is dense bytes
over the median of the processor's time, and each result is checked against the tensor. Memory that
was freed stays with the process, so that nobody pays for fresh pages. Prints a Markdown table, or
with ``--json`` one JSON object a line.
"""

import argparse
import ctypes
import dataclasses
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import blosc2
import lz4.frame
import numpy as np
import numpy.typing as npt
import onnxruntime
import zstandard
from onnx import TensorProto, helper
from peers.table import HEADER, Result, row

from bitgraph.domain import BITMAP_PACK, BITMAP_UNPACK, DOMAIN, VERSION
from bitgraph.runtime import session_options

Tensor = npt.NDArray[np.float32]

_ZEROS = (0.5, 0.7, 0.9)
_MIB = 2**20
_OURS = "bitgraph"


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mib", type=int, default=32, help="size of each tensor (default: 32)")
    parser.add_argument(
        "--rounds", type=int, default=11, help="times that each peer has its turn (default: 11)"
    )
    arguments = parser.parse_args()
    _keep_freed_memory()
    if not arguments.json:
        print(HEADER, flush=True)
    for zeros in _ZEROS:
        results = list(_compare(relu_like(arguments.mib * _MIB, zeros), zeros, arguments.rounds))
        for result in results:
            print(
                json.dumps(dataclasses.asdict(result)) if arguments.json else row(result, results[0]),
                flush=True,
            )
    return 0


def relu_like(size: int, zeros: float) -> Tensor:
    """Return ``size`` bytes of half-normal values, a fraction ``zeros`` of them exactly zero."""
    random = np.random.default_rng(1)
    values = np.abs(random.standard_normal(size // 4, dtype=np.float32))
    values[random.random(values.size, dtype=np.float32) < zeros] = 0
    return values


def _compare(x: Tensor, zeros: float, rounds: int) -> Iterator[Result]:
    peers = _peers()
    loaded = [peer.load(x) for peer in peers]
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in peers]
    sizes = []
    for i in range(rounds + 1):  # The first round warms up and checks.
        for peer, ready, (packing, unpacking) in zip(peers, loaded, times, strict=True):
            begin = time.process_time()
            packed = peer.pack(ready)
            middle = time.process_time()
            restored = peer.unpack(packed)
            end = time.process_time()
            if i == 0:
                if not np.array_equal(peer.dense(restored).view(np.uint32), x.view(np.uint32)):
                    raise AssertionError(f"{peer.name} does not give the tensor back")
                sizes.append(peer.size(packed))
            else:
                packing.append(middle - begin)
                unpacking.append(end - middle)
            del packed, restored
    for peer, size, (packing, unpacking) in zip(peers, sizes, times, strict=True):
        yield Result(
            peer=peer.name,
            zeros=zeros,
            mib=x.nbytes / _MIB,
            size_ratio=round(size / x.nbytes, 4),
            pack_gb_s=round(x.nbytes / statistics.median(packing) / 1e9, 3),
            unpack_gb_s=round(x.nbytes / statistics.median(unpacking) / 1e9, 3),
        )


def _peers() -> Sequence[Peer]:
    return [
        _bitgraph(),
        _bytes_peer("lz4", lz4.frame.compress, lz4.frame.decompress),
        _bytes_peer(
            "zstd level 1",
            zstandard.ZstdCompressor(level=1).compress,
            zstandard.ZstdDecompressor().decompress,
        ),
        _blosc2("blosc2 lz4", blosc2.Codec.LZ4),
        _blosc2("blosc2 zstd", blosc2.Codec.ZSTD),
    ]


def _bytes_peer(name: str, pack: Callable[[Any], bytes], unpack: Callable[[bytes], bytes]) -> Peer:
    return Peer(
        name, lambda x: x.view(np.uint8).data, pack, unpack, len, lambda raw: np.frombuffer(raw, np.float32)
    )


def _blosc2(name: str, codec: Any) -> Peer:
    def pack(values: Tensor) -> bytes:
        packed: bytes = blosc2.compress2(values, typesize=4, codec=codec, clevel=1, nthreads=1)
        return packed

    def unpack(packed: bytes) -> bytes:
        raw: bytes = blosc2.decompress2(packed, nthreads=1)
        return raw

    return Peer(name, lambda values: values, pack, unpack, len, lambda raw: np.frombuffer(raw, np.float32))


def _bitgraph() -> Peer:
    pack = _Operator(
        BITMAP_PACK, {"x": TensorProto.FLOAT}, {"y": TensorProto.FLOAT, "held": TensorProto.UINT8}
    )
    # The trigger only says when: in a training graph it is the gradient that arrives.
    unpack = _Operator(
        BITMAP_UNPACK, {"held": TensorProto.UINT8, "trigger": TensorProto.FLOAT}, {"dense": TensorProto.FLOAT}
    )
    trigger = onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(1, np.float32))
    return Peer(
        _OURS,
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


def _keep_freed_memory() -> None:
    """Let malloc neither map large blocks apart nor give memory back (glibc's mallopt)."""
    trim_threshold, mmap_max = -1, -4
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        raise SystemExit("the comparison needs glibc, whose malloc can be told to keep freed memory")
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(mmap_max, 0)


if __name__ == "__main__":
    sys.exit(main())
