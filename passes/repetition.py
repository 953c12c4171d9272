"""Repeats a chain of forward nodes in front of a backward reader.

What the chain starts from is read through a barrier: an alias under another name, so that the runtime
does not take the repeated nodes for the first ones, which also waits for the reader's gradient, so that
they run late.

A batch norm is repeated as ``BatchNormRecompute(x, scale, bias, mean, inv_std, dY)``: running it again would
update its running statistics again. Dropout is repeated as ``DropoutGrad``, the product with the mask that
it drew.
"""

from collections.abc import Iterable, Mapping

import onnx_ir as ir

from bitgraph import domain
from bitgraph.plan.repeatable import BATCH_NORM, DROPOUT
from bitgraph.plan.restores import Restore

_ONE_OUTPUT = frozenset({BATCH_NORM, DROPOUT, "LayerNormalization"})
"""Operators of which only the first output is wanted again."""


def repeat(nodes: Iterable[ir.Node], restore: Restore, number: int) -> None:
    """Insert ``nodes`` again and let the reads of ``restore`` take what they give.

    Args:
        nodes: Forward nodes in the order of execution.
        restore: The reads, and the gradient that they wait for.
        number: Which repetition of the same chain this is, for the names.
    """
    repetition = _Repetition(restore, number)
    for node in nodes:
        repetition.add(node)
    for use in restore.uses:
        for view in use.views:
            repetition.add(view)
        read = use.node.inputs[use.index]
        assert read is not None
        use.node.replace_input_with(use.index, repetition.again[read])


class _Repetition:
    def __init__(self, restore: Restore, number: int) -> None:
        self.again: dict[ir.Value, ir.Value] = {}
        self._reader, self._trigger = restore.uses[0].node, restore.trigger
        self._tag = f"{self._reader.name or self._reader.outputs[0].name}.{number}"

    def add(self, node: ir.Node) -> None:
        """Insert ``node`` again, unless it is there."""
        wanted = node.outputs[:1] if node.op_type in _ONE_OUTPUT else node.outputs
        if wanted[0] in self.again:
            return
        repeated = self._repeated(node, len(wanted))
        for old, new in zip(wanted, repeated.outputs, strict=True):
            new.name, new.shape, new.type = f"{old.name}.again.{self._tag}", old.shape, old.type
            self.again[old] = new

    def _repeated(self, node: ir.Node, num_outputs: int) -> ir.Node:
        name = f"{node.name or node.outputs[0].name}.again.{self._tag}"
        if node.op_type == BATCH_NORM:
            source, scale, bias = node.inputs[:3]
            assert source is not None
            norm = [self._found(source) or source, scale, bias, *node.outputs[3:5], self._trigger]
            return self._insert(domain.BATCH_NORM_RECOMPUTE, domain.DOMAIN, norm, {}, name)
        inputs = [self._late(value) if _is_activation(value) else value for value in node.inputs]
        if not set(inputs) & set(self.again.values()):
            inputs[0] = self._late(inputs[0])
        if node.op_type == DROPOUT:
            inputs.insert(1, node.outputs[1])
            return self._insert("DropoutGrad", "com.microsoft", inputs, {}, name)
        return self._insert(node.op_type, node.domain, inputs, node.attributes, name, num_outputs)

    def _late(self, value: ir.Value | None) -> ir.Value | None:
        """What a repeated node reads for ``value``: its repetition, or the value behind a barrier."""
        if value is None:
            return None
        found = self._found(value)
        if found is not None:
            return found
        if None not in (value.dtype, self._trigger.dtype) and value.dtype != self._trigger.dtype:
            return value
        name = f"{value.name}.late.{self._tag}"
        barrier = self._insert(domain.BARRIER, domain.DOMAIN, [value, self._trigger], {}, f"{name}/Barrier")
        late = barrier.outputs[0]
        late.name, late.shape, late.type = name, value.shape, value.type
        self.again[value] = late
        return late

    def _found(self, value: ir.Value) -> ir.Value | None:
        """The repetition of ``value``, if it is repeated; so is the barrier that it may be read through."""
        fence = value.producer()
        if fence is not None and fence.op_type == domain.BARRIER and fence.inputs[0] in self.again:
            self.add(fence)
        return self.again.get(value)

    def _insert(
        self,
        op_type: str,
        op_domain: str,
        inputs: list[ir.Value | None],
        attributes: Mapping[str, ir.Attr],
        name: str,
        num_outputs: int = 1,
    ) -> ir.Node:
        node = ir.Node(
            op_domain, op_type, inputs, list(attributes.values()), num_outputs=num_outputs, name=name
        )
        assert self._reader.graph is not None
        self._reader.graph.insert_before(self._reader, node)
        return node


def _is_activation(value: ir.Value | None) -> bool:
    return value is not None and value.producer() is not None
