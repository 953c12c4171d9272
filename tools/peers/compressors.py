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
import dataclasses
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import blosc2
import lz4.frame
import numpy as np
import zstandard
from peers.packing import Peer, Tensor, bitgraph_peer, keep_freed_memory, relu_like
from peers.table import HEADER, Result, row

_ZEROS = (0.5, 0.7, 0.9)
_MIB = 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mib", type=int, default=32, help="size of each tensor (default: 32)")
    parser.add_argument(
        "--rounds", type=int, default=11, help="times that each peer has its turn (default: 11)"
    )
    arguments = parser.parse_args()
    keep_freed_memory()
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
        bitgraph_peer(),
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


if __name__ == "__main__":
    sys.exit(main())
