"""Repeats a chain of forward nodes in front of a backward reader.

What the chain starts from is read through a barrier: an alias under another name, so that the runtime
does not take the repeated nodes for the first ones, which also waits for the reader's gradient, so that
they run late.

A batch norm is repeated, with the ReLU or Clip behind it, as ``BatchNormRecompute(x, scale, bias, mean,
inv_std, dY)``: running it again would update its running statistics again. Dropout is repeated as
``DropoutGrad``, the product with the mask that it drew.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import onnx_ir as ir
from bitgraph.passes.norm_activations import activation_attributes, norms_behind

from bitgraph import domain
from bitgraph.plan.repeatable import BATCH_NORM, DROPOUT
from bitgraph.plan.restores import Restore

_ONE_OUTPUT = frozenset({BATCH_NORM, DROPOUT, "LayerNormalization"})
"""Operators of which only the first output is wanted again."""


def repeat(nodes: Sequence[ir.Node], restore: Restore, number: int) -> None:
    """Insert ``nodes`` again and let the reads of ``restore`` take what they give.

    Args:
        nodes: Forward nodes in the order of execution.
        restore: The reads, and the gradient that they wait for.
        number: Which repetition of the same chain this is, for the names.
    """
    repetition = _Repetition(restore, number)
    norms = norms_behind(nodes)
    for node in nodes:
        if node in norms:
            repetition.add_norm(norms[node], node)
        elif node not in norms.values():
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
        if node.outputs[0] in self.again:
            return
        if node.op_type == BATCH_NORM:
            self.add_norm(node, node)
            return
        inputs = [self._late(value) if _is_activation(value) else value for value in node.inputs]
        if not set(inputs) & set(self.again.values()):
            inputs[0] = self._late(inputs[0])
        if node.op_type == DROPOUT:
            inputs.insert(1, node.outputs[1])
            self._insert("DropoutGrad", "com.microsoft", inputs, {}, node.outputs[:1])
            return
        wanted = node.outputs[:1] if node.op_type in _ONE_OUTPUT else node.outputs
        again = self._insert(node.op_type, node.domain, inputs, node.attributes, wanted)
        if node.name:
            again.metadata_props[domain.REPEATS_KEY] = node.name

    def add_norm(self, norm: ir.Node, activation: ir.Node) -> None:
        """Insert a batch norm again, with the activation behind it if that is another node."""
        source, scale, bias = norm.inputs[:3]
        assert source is not None
        inputs = [self._found(source) or source, scale, bias, *norm.outputs[3:5], self._trigger]
        attributes = {"epsilon": norm.attributes["epsilon"].as_float(), **activation_attributes(activation)}
        self._insert(domain.BATCH_NORM_RECOMPUTE, domain.DOMAIN, inputs, attributes, activation.outputs[:1])

    def _late(self, value: ir.Value | None) -> ir.Value | None:
        """What a repeated node reads for ``value``: its repetition, or the value behind a barrier."""
        if value is None:
            return None
        found = self._found(value)
        if found is not None:
            return found
        if None not in (value.dtype, self._trigger.dtype) and value.dtype != self._trigger.dtype:
            return value
        self._insert(domain.BARRIER, domain.DOMAIN, [value, self._trigger], {}, [value], "late")
        return self.again[value]

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
        inputs: Sequence[ir.Value | None],
        attributes: Mapping[str, Any],
        instead: Sequence[ir.Value],
        label: str = "again",
    ) -> ir.Node:
        """Insert a node whose outputs stand for those of the forward pass in ``instead``."""
        node = ir.node(
            op_type,
            inputs,
            attributes=dict(attributes),
            domain=op_domain,
            num_outputs=len(instead),
            name=f"{instead[0].name}/{op_type}.{label}.{self._tag}",
        )
        assert self._reader.graph is not None
        self._reader.graph.insert_before(self._reader, node)
        for old, new in zip(instead, node.outputs, strict=True):
            new.name, new.shape, new.type = f"{old.name}.{label}.{self._tag}", old.shape, old.type
            self.again[old] = new
        return node


def _is_activation(value: ir.Value | None) -> bool:
    return value is not None and value.producer() is not None
