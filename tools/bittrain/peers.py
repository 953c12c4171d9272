"""BitTrain's own way beside our operators: how fast each packs and unpacks a tensor, and what it holds.

What stands for BitTrain is ``tools/peers/bittrain.cc``, our own few lines that do what its published C++
does: an element at a time is appended to a vector of values and a vector of bits. It is compiled with -O3
when it is asked for. Each has one thread and takes its turn on the same tensors.
"""

import ctypes
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from peers.packing import Peer, Tensor, bitgraph_peer, keep_freed_memory, relu_like

ZEROS = (0.3, 0.5, 0.7, 0.9)
_MIB = 2**20
_SOURCES = pathlib.Path(__file__).resolve().parents[1] / "peers"


def measure_peers(mib: int = 24, rounds: int = 7, zeros: Sequence[float] = ZEROS) -> Iterator[dict[str, Any]]:
    """Return a record for each fraction of zeros and each of the two; rates are dense bytes a second.

    ``stash_ratio`` is bytes held over dense: for BitTrain's way those that its vectors have reserved. They
    double, so that sizes which are no power of two are the fair ones.
    """
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as folder:
        peers = [_bittrain(pathlib.Path(folder)), bitgraph_peer()]
        for fraction in zeros:
            x = relu_like(mib * _MIB, fraction)
            for peer, (held, packing, unpacking) in zip(peers, _turns(peers, x, rounds), strict=True):
                yield {
                    "part": "peers",
                    "peer": peer.name,
                    "zeros": float((x == 0).mean()),
                    "mib": mib,
                    "stash_ratio": held / x.nbytes,
                    "pack_gb_s": x.nbytes / packing / 1e9,
                    "unpack_gb_s": x.nbytes / unpacking / 1e9,
                    "identical": True,  # else _turns has raised
                }


def _turns(peers: Sequence[Peer], x: Tensor, rounds: int) -> list[tuple[int, float, float]]:
    loaded = [peer.load(x) for peer in peers]
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in peers]
    sizes = [0] * len(peers)
    for turn in range(rounds + 1):  # the first warms up and checks
        for index, peer in enumerate(peers):
            begin = time.process_time()
            packed = peer.pack(loaded[index])
            middle = time.process_time()
            restored = peer.unpack(packed)
            end = time.process_time()
            if turn:
                times[index][0].append(middle - begin)
                times[index][1].append(end - middle)
            elif not np.array_equal(peer.dense(restored).view(np.uint32), x.view(np.uint32)):
                raise AssertionError(f"{peer.name} does not give the tensor back")
            sizes[index] = peer.size(packed)
            del packed, restored
    return [
        (size, statistics.median(packing), statistics.median(unpacking))
        for size, (packing, unpacking) in zip(sizes, times, strict=True)
    ]


class _Packed:
    """A handle that frees what it stands for."""

    def __init__(self, library: ctypes.CDLL, x: Tensor) -> None:
        self._free, self.count = library.bittrain_free, x.size
        self.handle = library.bittrain_pack(x.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(x.size))

    def __del__(self) -> None:
        self._free(ctypes.c_void_p(self.handle))


def _bittrain(folder: pathlib.Path) -> Peer:
    library = _compiled(folder)

    def unpack(packed: _Packed) -> Tensor:
        dense = np.empty(packed.count, np.float32)
        library.bittrain_unpack(ctypes.c_void_p(packed.handle), dense.ctypes.data_as(ctypes.c_void_p))
        return dense

    return Peer(
        "BitTrain's way",
        lambda x: x,
        lambda x: _Packed(library, x),
        unpack,
        lambda packed: int(library.bittrain_held(ctypes.c_void_p(packed.handle))),
        lambda dense: dense,
    )


def _compiled(folder: pathlib.Path) -> ctypes.CDLL:
    out = folder / "libbittrain.so"
    sources = [str(_SOURCES / f"{name}.cc") for name in ("bittrain", "bittrain_abi")]
    compiler = os.environ.get("CXX", "c++")
    subprocess.run([compiler, "-std=c++17", "-O3", "-fPIC", "-shared", "-o", str(out), *sources], check=True)
    library = ctypes.CDLL(str(out))
    library.bittrain_pack.restype = ctypes.c_void_p
    library.bittrain_held.restype = ctypes.c_size_t
    return library
