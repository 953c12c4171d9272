"""The buffers of a step: who shares one, when it comes to life and when it dies.

This follows the static part of ONNX Runtime's allocation planner on one CPU stream: an output is an
alias, or goes in place over an input that nothing else needs, or takes a dead buffer of the same
shape and element size (the one that died last), or gets a new one.
"""

import dataclasses

import onnx_ir as ir

from bitgraph.graph.alias import always_shared, maybe_shared
from bitgraph.graph.loaded import Loaded
from bitgraph.graph.shapes import Shapes
from bitgraph.graph.sizes import Sizes

_Likeness = tuple[float | int | str | None, ...]


@dataclasses.dataclass
class Buffer:
    """One allocation of a step.

    Attributes:
        nbytes: Its size in bytes.
        values: The values that live in it, in the order in which they come.
        born: Position in the order of the node that allocates it.
        dies: Position of the last node that touches it.
    """

    nbytes: int
    values: list[ir.Value]
    born: int
    dies: int


def plan_buffers(
    graph: ir.Graph, loaded: Loaded, order: list[ir.Node], sizes: Sizes, shapes: Shapes
) -> list[Buffer]:
    """Return the buffers that a step allocates when the nodes that were loaded run in ``order``.

    Inputs and initializers of the graph are the caller's and not among them.
    """
    planner = _Planner(graph, loaded, order, sizes, shapes)
    for position, node in enumerate(order):
        planner.visit(position, node)
    planner.finish()
    return planner.buffers


class _Planner:
    def __init__(
        self, graph: ir.Graph, loaded: Loaded, order: list[ir.Node], sizes: Sizes, shapes: Shapes
    ) -> None:
        self.buffers: list[Buffer] = []
        self._loaded = loaded
        self._sizes = sizes
        self._of: dict[ir.Value, Buffer | None] = {}
        self._uses: dict[int, int] = {}
        self._free: dict[_Likeness, list[Buffer]] = {}
        self._is_free: set[int] = set()
        self._kept = set(graph.outputs)
        self._end = len(order)
        self._shapes = shapes
        self._reads: dict[ir.Value, int] = {}
        for node in order:
            for value in loaded.reads(node):
                self._reads[value] = self._reads.get(value, 0) + 1

    def visit(self, position: int, node: ir.Node) -> None:
        for index, value in enumerate(node.outputs):
            if value.name:
                self._place(position, node, index, value)
        for value in self._loaded.reads(node):
            buffer = self._of.get(value)
            if buffer is not None:
                buffer.dies = max(buffer.dies, position)
                self._release(buffer)
        for value in node.outputs:
            buffer = self._of.get(value)
            if buffer is None or value in self._kept or self._reads.get(value, 0):
                continue
            if self._uses[id(buffer)] == 0 and id(buffer) not in self._is_free:
                self._put_back(buffer)

    def finish(self) -> None:
        """Keep what nobody reads to the end: the runtime lets go of a tensor behind its last reader."""
        for buffer in self.buffers:
            if not any(self._reads.get(value, 0) for value in buffer.values):
                buffer.dies = self._end

    def _place(self, position: int, node: ir.Node, index: int, value: ir.Value) -> None:
        reused = self._shared(node, index, value)
        if reused is not None:
            buffer = self._of.get(reused)
            self._of[value] = buffer
            if buffer is None:
                return
            buffer.values.append(value)
        else:
            buffer = self._dead_alike(value)
            if buffer is None:
                buffer = Buffer(self._sizes.nbytes(value), [], position, position)
                self.buffers.append(buffer)
                self._uses[id(buffer)] = 0
            buffer.values.append(value)
            self._of[value] = buffer
        buffer.dies = self._end if value in self._kept else max(buffer.dies, position)
        self._uses[id(buffer)] += self._reads.get(value, 0) + (value in self._kept)

    def _shared(self, node: ir.Node, index: int, value: ir.Value) -> ir.Value | None:
        always = always_shared(node, index)
        if always is not None:
            return self._loaded.read(node, always)
        maybe = maybe_shared(node, index)
        source = self._loaded.read(node, maybe) if maybe is not None else None
        if source is None or value in self._kept:
            return None
        buffer = self._of.get(source)
        if buffer is None or self._uses[id(buffer)] != 1:
            return None
        likeness = self._likeness(source)
        return source if likeness is not None and likeness == self._likeness(value) else None

    def _dead_alike(self, value: ir.Value) -> Buffer | None:
        if value in self._kept:
            return None
        likeness = self._likeness(value)
        alike = self._free.get(likeness) if likeness is not None else None
        if not alike:
            return None
        buffer = alike.pop()
        self._is_free.discard(id(buffer))
        return buffer

    def _likeness(self, value: ir.Value) -> "_Likeness | None":
        """Element size and dims, each a number or a symbol; None when the runtime would not reuse."""
        dtype = self._sizes.dtype(value)
        dims = self._shapes.get(value)
        return None if dtype is None or not dims or None in dims else (dtype.itemsize, *dims)

    def _put_back(self, buffer: Buffer) -> None:
        likeness = self._likeness(buffer.values[0])
        if likeness is not None:
            self._free.setdefault(likeness, []).append(buffer)
            self._is_free.add(id(buffer))

    def _release(self, buffer: Buffer) -> None:
        self._uses[id(buffer)] -= 1
        if self._uses[id(buffer)] == 0:
            self._put_back(buffer)
