"""All that is known of one training step before anything is decided: halves, sizes, costs, order."""

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.alias import VIEWS
from bitgraph.graph.costs import Costs
from bitgraph.graph.dataflow import producers
from bitgraph.graph.loaded import Loaded
from bitgraph.graph.order import execution_order
from bitgraph.graph.sizes import Sizes, sizes_now
from bitgraph.graph.split import split

_MOVES = VIEWS | {"Cast", "Transpose"}


class Step:
    """The facts of one step of a training graph.

    Attributes:
        halves: Forward and backward nodes.
        sizes: Shapes, types and bytes of the values.
        costs: Seconds of the nodes.
        position: Place of each node in the order of execution.
        profile: What real steps showed, if the user has it.
        loaded: What the runtime fuses.
    """

    def __init__(self, model: ir.Model, config: Config, sizes: Sizes | None = None) -> None:
        """Gather the facts of ``model``, which is not changed; ``sizes`` may be from before a rewrite."""
        self.halves = split(model.graph, config.loss_output)
        self.sizes = sizes_now(model, config, sizes)
        self.costs = Costs(self.sizes, config)
        self.profile = config.profile
        self.loaded = Loaded(model.graph)
        order = execution_order(model.graph)
        self.position = {node: place for place, node in enumerate(order)}

    def trigger(self, reader: ir.Node, restored: ir.Value, dtype: ir.DataType | None) -> ir.Value | None:
        """Return the latest backward value that ``reader`` also waits for.

        Where the reader has no other input (a view, a Transpose), the nodes behind it are asked.

        Args:
            reader: The node that reads a restored stash.
            restored: What it reads now in that place.
            dtype: Element type that the trigger must have; None for any.
        """
        frontier, seen = [reader], {reader}
        while frontier:
            node = frontier.pop(0)
            found = [
                value
                for value in node.inputs
                if value is not None
                and value is not restored
                and self._is_gradient(value, dtype)
                and (node is reader or not self.waits_for(value, reader))
            ]
            if found:
                return max(found, key=self._when)
            readers = {use.node for value in node.outputs for use in value.uses()} - seen
            known = [node for node in readers if node in self.position]
            frontier.extend(sorted(known, key=self.position.__getitem__))
            seen |= readers
        return None

    def waits_for(self, value: ir.Value, reader: ir.Node) -> bool:
        """Whether ``value`` comes from ``reader``; what runs before that need not be looked at."""
        stack, seen = [value.producer()], {value.producer()}
        while stack:
            node = stack.pop()
            if node is reader:
                return True
            if node is None or self.position[node] < self.position[reader]:
                continue
            sources = [producer for producer in producers(node) if producer not in seen]
            stack.extend(sources)
            seen.update(sources)
        return False

    def _is_gradient(self, value: ir.Value, dtype: ir.DataType | None) -> bool:
        if dtype is not None and self.sizes.dtype(value) != dtype:
            return False
        # A stash that the backward half only moves is none: holding it would put the reader behind itself.
        source: ir.Value | None = value
        while source is not None and (node := source.producer()) in self.halves.backward:
            if node is None or node.op_type not in _MOVES:
                return True
            source = node.inputs[0]
        return False

    def _when(self, value: ir.Value) -> int:
        producer = value.producer()
        return -1 if producer is None else self.position.get(producer, -1)
