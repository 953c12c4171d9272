"""How planning grows with the graph: ``python tools/scaling.py [KIND ...] [--nodes N,N] [--profile]``.

Makes training graphs of chains, residual nets and transformers with about 100 to 10,000 nodes and
prints, for each, the nodes, the wall and CPU seconds that ``optimize`` takes, CPU time per node, and the
peak resident memory of the process that did it. ``--profile`` lists the functions that took longest.
"""

import argparse
import cProfile
import json
import pathlib
import pstats
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
from zoo.artifacts import write_artifacts
from zoo.layers import batch_norm, conv, dense, layer_norm, linear
from zoo.net import Net, NetBuilder

import bitgraph
from bitgraph import files

_CHANNELS, _SIDE, _CLASSES, _BATCH = 8, 16, 5, 8
_ROWS, _WIDTH = 32, 32
_MIB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--nodes", default="100,300,1000,3000,10000", help="about so many, by commas")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--measure", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(_measure(arguments.measure, arguments.profile)))
        return
    if unknown := [kind for kind in arguments.kinds if kind not in KINDS]:
        parser.error(f"no kind {unknown[0]}; there are {', '.join(KINDS)}")
    print("| graph | nodes | seconds | CPU seconds | ms a node | peak resident MiB |")
    print("|---|---|---|---|---|---|", flush=True)
    for kind in arguments.kinds or KINDS:
        for count in map(int, arguments.nodes.split(",")):
            _print_line(kind, count, arguments.profile)


def _print_line(kind: str, count: int, profile: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as name:
        folder = pathlib.Path(name)
        write_artifacts(KINDS[kind](_layers(kind, count)), folder)
        command = [sys.executable, __file__, "--measure", str(folder), *(["--profile"] if profile else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    nodes, seconds, cpu, peak = json.loads(done.stdout)
    rate = 1000 * cpu / nodes
    print(f"| {kind} | {nodes} | {seconds:.2f} | {cpu:.2f} | {rate:.2f} | {peak / _MIB:.0f} |", flush=True)


def _measure(directory: pathlib.Path, profile: bool) -> tuple[int, float, float, int]:
    loaded = files.load(directory)
    profiler = cProfile.Profile()
    start, cpu = time.perf_counter(), time.process_time()
    if profile:
        profiler.enable()
    bitgraph.optimize(loaded.model)
    profiler.disable()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(15)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return len(loaded.model.graph), seconds, cpu, peak


def _layers(kind: str, count: int) -> int:
    """As many layers as give about ``count`` nodes of a training graph."""
    return max(1, round(count / _NODES_A_LAYER[kind]))


def _chain(layers: int) -> Net:
    net = NetBuilder("chain")
    x = _stem(net)
    for layer in range(layers):
        x = net.node("Relu", [conv(net, x, f"conv{layer}", (_CHANNELS, _CHANNELS), 3)], f"relu{layer}")
    return _finish(net, x)


def _residual(layers: int) -> Net:
    net = NetBuilder("residual")
    x = _stem(net)
    for layer in range(layers):
        y = x
        for half in ("a", "b"):
            name = f"block{layer}{half}"
            y = batch_norm(net, conv(net, y, f"{name}.conv", (_CHANNELS, _CHANNELS), 3), name, _CHANNELS)
            y = (
                net.node("Relu", [y], f"{name}.relu")
                if half == "a"
                else net.node("Add", [x, y], f"{name}.sum")
            )
        x = net.node("Relu", [y], f"block{layer}.relu")
    return _finish(net, x)


def _transformer(layers: int) -> Net:
    net = NetBuilder("transformer")
    x = net.input("input", (_ROWS, _WIDTH))
    net.constant("root", np.array(_WIDTH**0.5, np.float32))
    for layer in range(layers):
        name = f"layer{layer}"
        query, key, value = (dense(net, x, f"{name}.{part}", (_WIDTH, _WIDTH)) for part in "qkv")
        turned = net.node("Transpose", [key], f"{name}.turned", perm=[0, 2, 1])
        scores = net.node("MatMul", [query, turned], f"{name}.product")
        scores = net.node("Div", [scores, "root"], f"{name}.scores")
        weights = net.node("Softmax", [scores], f"{name}.softmax", axis=-1)
        context = net.node("MatMul", [weights, value], f"{name}.context")
        x = layer_norm(net, net.node("Add", [x, context], f"{name}.sum1"), f"{name}.norm1", _WIDTH)
        y = net.node("Relu", [dense(net, x, f"{name}.expand", (_WIDTH, 4 * _WIDTH))], f"{name}.relu")
        y = dense(net, y, f"{name}.shrink", (4 * _WIDTH, _WIDTH))
        x = layer_norm(net, net.node("Add", [x, y], f"{name}.sum2"), f"{name}.norm2", _WIDTH)
    x = net.node("ReduceMean", [x], "pooled", axes=[1], keepdims=0)
    return net.build(linear(net, x, "classifier", (_WIDTH, _CLASSES)), (_CLASSES,), _BATCH)


def _stem(net: NetBuilder) -> str:
    return conv(net, net.input("input", (3, _SIDE, _SIDE)), "stem", (3, _CHANNELS), 3)


def _finish(net: NetBuilder, x: str) -> Net:
    x = net.node("Flatten", [net.node("GlobalAveragePool", [x], "average")], "features")
    return net.build(linear(net, x, "classifier", (_CHANNELS, _CLASSES)), (_CLASSES,), _BATCH)


KINDS = {"chain": _chain, "residual": _residual, "transformer": _transformer}
_NODES_A_LAYER = {"chain": 5, "residual": 20.5, "transformer": 89.5}

if __name__ == "__main__":
    main()
