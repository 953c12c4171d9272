"""Repeats a chain of forward nodes in front of a backward reader.

What the chain starts from is read through a barrier: an alias under another name, so that the runtime
does not take the repeated nodes for the first ones, which also waits for the reader's gradient, so that
they run late.

A batch norm is repeated, with the ReLU or Clip behind it, as ``BatchNormRecompute(x, scale, bias, mean,
inv_std, dY)``: running it again would update its running statistics again. Dropout is repeated as
``DropoutGrad``, the product with the mask that it drew.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import onnx_ir as ir
from bitgraph.passes.norm_activations import activation_attributes, epsilon_of, norms_behind

from bitgraph import domain
from bitgraph.graph.loaded import is_of_shapes
from bitgraph.plan.repeatable import BATCH_NORM, DROPOUT
from bitgraph.plan.restores import Restore
from bitgraph.plan.schedule import Repetition

_ONE_OUTPUT = frozenset({BATCH_NORM, DROPOUT, "LayerNormalization"})
"""Operators of which only the first output is wanted again."""


def repeat_all(repetitions: Iterable[Repetition]) -> None:
    """Insert the nodes of ``repetitions`` again and let the readers take what they give."""
    for session, members in itertools.groupby(repetitions, lambda each: each.session):
        shared = _Session(session)
        for repetition in members:
            shared.repeat(repetition.nodes, repetition.restore)


class _Session:
    """Repetitions that share the nodes that are in several of their chains."""

    def __init__(self, number: int) -> None:
        self._again: dict[ir.Value, ir.Value] = {}
        self._tag = str(number)

    def repeat(self, nodes: Sequence[ir.Node], restore: Restore) -> None:
        """Insert one chain in front of the reader that runs first."""
        self._reader, self._trigger = restore.uses[0].node, restore.trigger
        norms = norms_behind(nodes)
        for node in nodes:
            if node in norms:
                self._add_norm(norms[node], node)
            elif node not in norms.values():
                self._add(node)
        for use in restore.uses:
            for view in use.views:
                self._add(view)
            read = use.node.inputs[use.index]
            assert read is not None
            use.node.replace_input_with(use.index, self._again[read])

    def _add(self, node: ir.Node) -> None:
        """Insert ``node`` again, unless it is there."""
        if node.outputs[0] in self._again:
            return
        if node.op_type == BATCH_NORM:
            self._add_norm(node, node)
            return
        inputs = [self._late(value) if _is_activation(value) else value for value in node.inputs]
        if not set(inputs) & set(self._again.values()):
            inputs[0] = self._late(inputs[0])
        if node.op_type == DROPOUT:
            inputs.insert(1, node.outputs[1])
            self._insert("DropoutGrad", "com.microsoft", inputs, {}, node.outputs[:1])
            return
        wanted = node.outputs[:1] if node.op_type in _ONE_OUTPUT else node.outputs
        again = self._insert(node.op_type, node.domain, inputs, node.attributes, wanted)
        if node.name:
            again.metadata_props[domain.REPEATS_KEY] = node.name

    def _add_norm(self, norm: ir.Node, activation: ir.Node) -> None:
        """Insert a batch norm again, with the activation behind it if that is another node."""
        if activation.outputs[0] in self._again:
            return
        source, scale, bias = norm.inputs[:3]
        assert source is not None
        inputs = [self._found(source) or source, scale, bias, *norm.outputs[3:5], self._trigger]
        attributes = {"epsilon": epsilon_of(norm), **activation_attributes(activation)}
        self._insert(domain.BATCH_NORM_RECOMPUTE, domain.DOMAIN, inputs, attributes, activation.outputs[:1])

    def _late(self, value: ir.Value | None) -> ir.Value | None:
        """What a repeated node reads for ``value``: its repetition, or the value behind a barrier."""
        if value is None:
            return None
        found = self._found(value)
        if found is not None:
            return found
        # A scale behind a barrier would be no constant any more, and its product not fused: other bits.
        if is_of_shapes(value) or not _fits(value, self._trigger):
            return value
        self._insert(domain.BARRIER, domain.DOMAIN, [value, self._trigger], {}, [value], "late")
        return self._again[value]

    def _found(self, value: ir.Value) -> ir.Value | None:
        """The repetition of ``value``, if it is repeated; so is the barrier that it may be read through."""
        fence = value.producer()
        if fence is not None and fence.op_type == domain.BARRIER and fence.inputs[0] in self._again:
            self._add(fence)
        return self._again.get(value)

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
            self._again[old] = new
        return node


def _fits(value: ir.Value, trigger: ir.Value) -> bool:
    """Whether a barrier takes both: computed shapes and masks are no floats."""
    if value.dtype is None or not value.dtype.is_floating_point():
        return value.dtype is None
    return trigger.dtype is None or trigger.dtype == value.dtype


def _is_activation(value: ir.Value | None) -> bool:
    return value is not None and value.producer() is not None
