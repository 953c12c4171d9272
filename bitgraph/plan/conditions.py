"""Finds conditions that are made of forward values alone, and the gradients they are for.

Exporters of standard operators write the gradient of a ReLU as ``Where(Greater(x, 0), dY, 0)``, that of
``Clip`` with an And of two comparisons, or multiply by the cast condition. What is compared is a whole
stash; what is needed of it is one bit an element, which the forward pass can make.
"""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.constants import is_constant, is_zero
from bitgraph.graph.split import Split
from bitgraph.graph.step import Step
from bitgraph.plan.candidates import RefusalError, check_stash
from bitgraph.plan.clip import clip_gradient_of
from bitgraph.plan.stashes import Stash, Use, find_stashes

_COMPARISONS = frozenset({"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"})
_LOGIC = frozenset({"And", "Not", "Or", "Xor"})

Mode = Literal["select", "where", "multiply"]


@dataclasses.dataclass(frozen=True)
class MaskedGradient:
    """A gradient that passes where a condition holds, or where it does not.

    Attributes:
        node: The Where or Mul whose output is the gradient that goes on.
        gradient: The gradient that comes in.
        mode: What MaskGrad does to give the same bits.
        inverted: Whether it passes where the condition does not hold.
        replaced: Nodes that are needed no more, ``node`` among them.
    """

    node: ir.Node
    gradient: ir.Value
    mode: Mode
    inverted: bool
    replaced: tuple[ir.Node, ...]


@dataclasses.dataclass(frozen=True)
class Condition:
    """A condition that is made in the forward pass and held as bits.

    Attributes:
        value: The condition.
        nodes: The backward nodes that make it, first to last; none if the forward pass makes it.
        carrier: What the forward pass reads on: the condition, or what is compared last.
        uses: What is read of stashes now: by ``nodes``, or the condition itself.
        gradients: All that reads the condition.
    """

    value: ir.Value
    nodes: tuple[ir.Node, ...]
    carrier: ir.Value
    uses: tuple[tuple[ir.Value, Use], ...]
    gradients: tuple[MaskedGradient, ...]

    def uses_by_value(self) -> dict[ir.Value, tuple[Use, ...]]:
        """Return the reads of each stash."""
        found: dict[ir.Value, tuple[Use, ...]] = {}
        for value, use in self.uses:
            found[value] = (*found.get(value, ()), use)
        return found


@dataclasses.dataclass(frozen=True)
class Conditions:
    """What is moved into the forward pass.

    Attributes:
        halves: Forward and backward nodes of the graph as it was.
        stashes: Its stashes, in the order of the forward pass, with their dense bytes.
        found: The conditions.
    """

    halves: Split
    stashes: Mapping[Stash, int]
    found: tuple[Condition, ...]


def find_conditions(model: ir.Model, config: Config, step: Step | None = None) -> Conditions:
    """Return the conditions of ``model``, which is not changed, that are worth holding as bits.

    Args:
        model: A training graph.
        config: The user's wishes.
        step: What is known of ``model``, if the caller has it.

    Raises:
        BadInputError: When the graph has no loss or no backward pass.
    """
    step = step or Step(model, config)
    stashes = {stash: step.sizes.nbytes(stash.value) for stash in find_stashes(model.graph, step.halves)}
    by_value = {stash.value: stash for stash in stashes}
    found = [
        _condition_of(node, by_value, step, config)
        for node in model.graph
        if "bits" in config.only and node.op_type in _COMPARISONS | _LOGIC
    ]
    return Conditions(step.halves, stashes, tuple(each for each in found if each is not None))


def _condition_of(
    node: ir.Node, stashes: dict[ir.Value, Stash], step: Step, config: Config
) -> Condition | None:
    value = node.outputs[0]
    readers = [use.node for use in value.uses() if use.node in step.halves.backward]
    gradients = [_masked_gradient(reader, value, step) for reader in readers]
    known = tuple(gradient for gradient in gradients if gradient is not None)
    if not known or len(known) != len(gradients) or value.is_graph_output():
        return None
    if node in step.halves.forward:
        return _made_already(value, known, stashes.get(value), step, config)
    cone = _cone(node, step.halves)
    if cone is None:
        return None
    reads = [
        (source, Use(inner, index))
        for inner in cone
        for index, source in enumerate(inner.inputs)
        if source is not None and source.producer() in step.halves.forward
    ]
    compared = [source for source, _ in reads if step.sizes.shape(source) == step.sizes.shape(value)]
    if not compared or any(not is_constant(source) for source, _ in reads if source not in compared):
        return None
    latest = max(compared, key=lambda source: _when(source, step))
    if not _goes_on(latest, step.halves):
        return None
    if not all(_is_allowed(stashes.get(source), step, config) for source in compared):
        return None
    return Condition(value, cone, latest, tuple(reads), known)


def _made_already(
    value: ir.Value, gradients: tuple[MaskedGradient, ...], stash: Stash | None, step: Step, config: Config
) -> Condition | None:
    """The condition, if it is one of the forward pass."""
    if stash is None or not _is_allowed(stash, step, config) or not _goes_on(value, step.halves):
        return None
    return Condition(value, (), value, tuple((value, use) for use in stash.uses), gradients)


def _is_allowed(stash: Stash | None, step: Step, config: Config) -> bool:
    """Whether nothing forbids to touch a stash; what is none may be touched."""
    try:
        if stash is not None:
            check_stash(stash, step.sizes.nbytes(stash.value), config)
    except RefusalError:
        return False
    return True


def _cone(node: ir.Node, halves: Split) -> tuple[ir.Node, ...] | None:
    """The backward nodes that make ``node``'s output of forward values and constants, if that is all."""
    if node.op_type not in _COMPARISONS | _LOGIC or clip_gradient_of(node) is not None:
        return None
    nodes: dict[ir.Node, None] = {}
    for value in node.inputs:
        producer = value.producer() if value is not None else None
        if value is None or producer is None or producer in halves.forward or is_constant(value):
            continue
        inner = _cone(producer, halves) if len(producer.outputs[0].uses()) == 1 else None
        if inner is None:
            return None
        nodes.update(dict.fromkeys(inner))
    return (*nodes, node)


def _masked_gradient(reader: ir.Node, condition: ir.Value, step: Step) -> MaskedGradient | None:
    if reader.op_type == "Where" and reader.inputs[0] is condition:
        _, yes, no = reader.inputs
        if yes is not None and is_zero(no):
            return _checked(MaskedGradient(reader, yes, "where", False, (reader,)), condition, step)
        if no is not None and is_zero(yes):
            return _checked(MaskedGradient(reader, no, "select", True, (reader,)), condition, step)
        return None
    if reader.op_type != "Cast" or reader.outputs[0].is_graph_output():
        return None
    products = [use.node for use in reader.outputs[0].uses()]
    if len(products) != 1 or products[0].op_type != "Mul":
        return None
    others = [value for value in products[0].inputs if value is not reader.outputs[0]]
    if len(others) != 1 or others[0] is None:
        return None
    masked = MaskedGradient(products[0], others[0], "multiply", False, (reader, products[0]))
    return _checked(masked, condition, step)


def _checked(masked: MaskedGradient, condition: ir.Value, step: Step) -> MaskedGradient | None:
    """The gradient, if it is one: float, of the backward half, and nothing is spread."""
    sizes, result = step.sizes, masked.node.outputs[0]
    dtype = sizes.dtype(masked.gradient)
    if dtype is None or not dtype.is_floating_point() or masked.gradient.producer() is None:
        return None
    if masked.gradient.producer() in step.halves.forward or masked.node not in step.halves.backward:
        return None
    shape = sizes.shape(result)
    same = shape is not None and shape == sizes.shape(condition) == sizes.shape(masked.gradient)
    return masked if same else None


def _goes_on(value: ir.Value, halves: Split) -> bool:
    """Whether the forward pass reads ``value`` on, so that a Pack can carry it."""
    return not value.is_graph_output() and any(use.node in halves.forward for use in value.uses())


def _when(value: ir.Value, step: Step) -> int:
    producer = value.producer()
    return -1 if producer is None else step.position[producer]
