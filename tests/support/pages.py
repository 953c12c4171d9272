"""Pages of steps that never ran, for what does not depend on a graph."""

from bitgraph.pictures.memory import KINDS, Band, Memory, Tensor
from bitgraph.pictures.page import Figure, Page, StashRow
from bitgraph.pictures.times import Times
from bitgraph.report import Tradeoff

MIB = 1024 * 1024


def long_memory(title: str, nodes: int, name: str = "stage{}.block.convolution") -> Memory:
    """A step that grows to its middle and shrinks from there, a tensor a node."""
    half = nodes // 2
    tensors = [Tensor(name.format(i), 0, MIB, i, nodes - 1 - i, 1) for i in range(half)]
    live = [MIB * min(i + 1, nodes - i, half) for i in range(nodes)]
    bands = [Band("one", "tensor", [0] * nodes)]
    changing = [MIB * (i % 7) + 1024 * i for i in range(nodes)]
    lives = {"stash": live, "held": [0] * nodes, "passing": changing, "scratch": changing}
    bands += [Band(text, kind, lives[kind]) for kind, text in KINDS.items()]
    return Memory(title, [(name.format(i) + "_node", "Conv") for i in range(nodes)], half, bands, tensors, 0)


def long_page(nodes: int, name: str = "stage{}.block.convolution") -> Page:
    """A page of two such steps, with a stash for every other node."""
    stashes = [
        StashRow(name.format(i), "Conv", "float32 N×64×28×28", MIB, MIB // 3, "bitmap", 0.7, ["a"], "zeros")
        for i in range(nodes // 2)
    ]
    return Page(
        title="long",
        subtitle="made up",
        figures=[Figure("peak", "1 MiB", "stock: 2 MiB")],
        holder=["Nobody holds it."],
        memory=(long_memory("stock", nodes, name), long_memory("optimized", nodes, name)),
        stashes=stashes,
        no_stashes="",
        times=Times(False, [], 0.0, 0.0, 0.0),
        front=[],
        chosen=Tradeoff(1, 0.5, 1.0),
        measured=None,
        notes=[],
    )
