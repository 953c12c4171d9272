"""The predicted memory of a step: live bytes at each node, and the peak."""

import dataclasses
import itertools
from collections.abc import Mapping

import onnx_ir as ir

from bitgraph.graph.buffers import Buffer, plan_buffers
from bitgraph.graph.loaded import Loaded
from bitgraph.graph.order import execution_order
from bitgraph.graph.scratch import scratch_bytes
from bitgraph.graph.shapes import known_shapes
from bitgraph.graph.sizes import Sizes

_NODE_BYTES = 110
_INPUT_BYTES = 250
"""What the runtime keeps in a step for each node and each input beside their tensors: values, dims, names.
So much was missing in thirteen nets of 200 to 1,000 nodes, a quarter of a MiB at most."""


@dataclasses.dataclass(frozen=True)
class Timeline:
    """Memory over a step.

    Attributes:
        order: The nodes as they will run.
        live: Bytes alive while each of them runs, its kernel's scratch memory and ``frame`` included.
        buffers: The allocations of the step.
        loaded: What the nodes read.
        frame: Bytes that the runtime keeps over the step beside the tensors.
    """

    order: list[ir.Node]
    live: list[int]
    buffers: list[Buffer]
    loaded: Loaded
    frame: int

    @property
    def peak(self) -> int:
        """The largest number of live bytes."""
        return max(self.live, default=0)

    @property
    def holder(self) -> ir.Node:
        """The node that runs when the peak is reached."""
        return self.order[self.live.index(self.peak)]

    def working_set(self, node: ir.Node) -> int:
        """Return the bytes that ``node`` itself needs at once: what it reads and writes, and scratch."""
        others = sum(buffer.nbytes for buffer in self.beside(node))
        return self.live[self.order.index(node)] - others - self.frame

    def beside(self, node: ir.Node) -> list[Buffer]:
        """Return the buffers that are alive while ``node`` runs and that it does not touch."""
        position = self.order.index(node)
        touched = {*self.loaded.reads(node), *node.outputs}
        return [
            buffer
            for buffer in self.buffers
            if buffer.born <= position <= buffer.dies and not touched & set(buffer.values)
        ]


def predict(model: ir.Model, batch: int | None = None, dims: Mapping[str, int] | None = None) -> Timeline:
    """Predict the memory of one step of ``model`` in ONNX Runtime.

    Args:
        model: A training graph.
        batch: What the symbolic first dim of the data inputs is.
        dims: What symbolic dims of the data inputs are.
    """
    return simulate(model, Sizes(model, batch, dims))


def simulate(model: ir.Model, sizes: Sizes) -> Timeline:
    """Return the memory of one step of ``model``, whose values have ``sizes``."""
    loaded = Loaded(model.graph)
    return _run(model, sizes, loaded, execution_order(model.graph, loaded))


def simulate_loaded(model: ir.Model, sizes: Sizes) -> Timeline:
    """Return the memory of one step of a graph that ONNX Runtime wrote after it had loaded it.

    Nothing is left to fuse in it, and its nodes stand in the order in which they run.
    """
    return _run(model, sizes, Loaded(model.graph, fuse=False), list(model.graph))


def _run(model: ir.Model, sizes: Sizes, loaded: Loaded, order: list[ir.Node]) -> Timeline:
    graph = model.graph
    buffers = plan_buffers(graph, loaded, order, sizes, known_shapes(model, sizes))
    change = [0] * (len(order) + 2)
    for buffer in buffers:
        change[buffer.born] += buffer.nbytes
        change[buffer.dies + 1] -= buffer.nbytes
    resident = itertools.accumulate(change[: len(order)])
    frame = _NODE_BYTES * len(order) + _INPUT_BYTES * len(graph.inputs)
    live = [frame + held + scratch_bytes(node, sizes) for node, held in zip(order, resident, strict=True)]
    return Timeline(order, live, buffers, loaded, frame)
