"""Makes a program of a gradient and the nodes in front of it."""

from collections.abc import Mapping, Sequence

import onnx_ir as ir

from bitgraph import domain
from bitgraph.plan.climb import behind, is_barrier
from bitgraph.plan.samples import Samples, arguments, operator_of
from bitgraph.programs import OPERATORS, Kind, Port, Program


def compose(
    reader: ir.Node, sources: tuple[ir.Node, ...], samples: Samples
) -> tuple[tuple[ir.Value, ...], Program]:
    """Return what the program of ``sources`` and ``reader`` reads, and the program.

    Args:
        reader: A gradient; its first input is the program's first.
        sources: What stands in front of it, in order.
        samples: The samples that it comes in.
    """
    composer = _Composer(sources)
    composer.read("rows", reader.inputs[0])
    for node in sources:
        if not is_barrier(node):
            composer.add(node, samples.kinds(node))
    return composer.finish(reader, samples.kinds(reader))


def compose_forward(
    reader: ir.Node, sources: tuple[ir.Node, ...], samples: Samples, held: Mapping[str, int]
) -> tuple[tuple[ir.Value, ...], tuple[ir.Value, ...], Program]:
    """Return what the program of ``sources`` and ``reader`` reads, the masks that it holds, and the program.

    Args:
        reader: What is read behind it.
        sources: What stands in front of it, in order. The first may be a Pack, which stays: what it passes
            on is restored.
        samples: The samples that it comes in.
        held: By operator, which output of such a Pack is the held form.
    """
    composer = _Composer(sources)
    masks = []
    for node in sources:
        if node.op_type in held:
            composer.restore(node.outputs[0], node.outputs[held[node.op_type]])
        elif node.op_type == domain.MASK_PACK:
            masks.append(node.outputs[1])
            composer.hold(node, samples.kinds(node))
        elif not is_barrier(node):
            composer.add(node, samples.kinds(node))
    composer.add(reader, samples.kinds(reader))
    kinds: list[tuple[Kind, ir.Value]] = [("rows", reader.outputs[0]), *(("held", mask) for mask in masks)]
    return composer.inputs, tuple(masks), composer.program(kinds)


class _Composer:
    def __init__(self, sources: tuple[ir.Node, ...]) -> None:
        self._sources = sources
        self._inside: dict[ir.Value, ir.Value] = {}
        self._ports: dict[tuple[Kind, ir.Value], ir.Value] = {}
        self._nodes: list[ir.Node] = []

    def read(self, kind: Kind, value: ir.Value | None) -> ir.Value:
        """Return what stands for ``value`` inside: made there, or an input."""
        value = behind(value, self._sources)
        assert value is not None
        if value in self._inside:
            return self._inside[value]
        return self._ports.setdefault((kind, value), ir.Value())

    def add(self, node: ir.Node, kinds: list[Kind] | None) -> None:
        """Put ``node``, whose arguments are taken as ``kinds``, into the program."""
        assert kinds is not None
        inputs = [self.read(kind, value) for kind, value in zip(kinds, arguments(node), strict=True)]
        if node.op_type == domain.CONV_GRAD_HELD:
            inputs[1] = self._insert(domain.BITMAP_UNPACK, [inputs[1]], [], 1).outputs[0]
        name = operator_of(node)
        again = self._insert(name, inputs, list(node.attributes.values()), len(node.outputs))
        again.metadata_props.update(node.metadata_props)
        self._inside.update(zip(node.outputs, again.outputs, strict=True))

    def restore(self, value: ir.Value, held: ir.Value) -> None:
        """Let what stands for ``value`` inside be restored from ``held``."""
        unpack = self._insert(domain.BITMAP_UNPACK, [self.read("held", held)], [], 1)
        self._inside[value] = unpack.outputs[0]

    def hold(self, pack: ir.Node, kinds: list[Kind] | None) -> None:
        """Put a Pack into the program, where it makes the held form alone."""
        assert kinds is not None
        inputs = [self.read(kind, value) for kind, value in zip(kinds, arguments(pack), strict=True)]
        made = self._insert(pack.op_type, inputs, list(pack.attributes.values()), 1)
        through, held = pack.outputs
        self._inside.update({through: inputs[0], held: made.outputs[0]})

    @property
    def inputs(self) -> tuple[ir.Value, ...]:
        """What the program reads."""
        return tuple(value for _, value in self._ports)

    def program(self, made: Sequence[tuple[Kind, ir.Value]]) -> Program:
        """Return the program that gives ``made``."""
        inputs = tuple(Port(kind, value) for (kind, _), value in self._ports.items())
        outputs = tuple(Port(kind, self._inside[value]) for kind, value in made)
        return Program(inputs, outputs, tuple(self._nodes))

    def finish(self, reader: ir.Node, kinds: list[Kind] | None) -> tuple[tuple[ir.Value, ...], Program]:
        """Add the gradient itself."""
        self.add(reader, kinds)
        made: list[tuple[Kind, ir.Value]] = [
            ("whole" if number else "rows", value) for number, value in enumerate(reader.outputs)
        ]
        return self.inputs, self.program(made)

    def _insert(self, name: str, inputs: list[ir.Value], attributes: list[ir.Attr], outputs: int) -> ir.Node:
        node = ir.Node(OPERATORS[name].domain, name, inputs, attributes, num_outputs=outputs)
        self._nodes.append(node)
        return node
