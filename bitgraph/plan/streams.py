"""Decides which gradients take their input by samples, out of what it is restored or computed from.

The nodes between what is kept and the gradient that needs it, and the gradient, become one program: what is
in the middle is never there for the whole batch.
"""

import dataclasses

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.candidates import MIN_BYTES
from bitgraph.plan.climb import behind, climb, is_barrier
from bitgraph.plan.compose import compose
from bitgraph.plan.samples import Samples, operator_of
from bitgraph.programs import write_program
from bitgraph.programs.program import MAX_INPUTS, MAX_TEXT

_READERS = frozenset({"ConvGrad", domain.BATCH_NORM_GRAD})


@dataclasses.dataclass(frozen=True)
class Stream:
    """A gradient that is to run by samples.

    Attributes:
        reader: The gradient.
        sources: The nodes in front of it that become part of it, in order; nothing else reads from them.
        inputs: What it reads then.
        text: What it computes, as a program.
        repeats: The forward nodes that the nodes of the program repeat; empty for one that repeats none.
    """

    reader: ir.Node
    sources: tuple[ir.Node, ...]
    inputs: tuple[ir.Value, ...]
    text: str
    repeats: tuple[str, ...]


def find_streams(model: ir.Model, config: Config) -> list[Stream]:
    """Return what is to be done in ``model``, which is not changed."""
    readers = [node for node in model.graph if operator_of(node) in _READERS]
    if not readers:
        return []
    sizes = Sizes(model, config.batch, config.dims)
    place = {node: index for index, node in enumerate(model.graph)}
    streams = []
    for node in readers:
        samples = Samples(node, sizes)
        if not _is_wanted(node) or samples.kinds(node) is None:
            continue
        sources = climb(node, samples, place)
        if _saved_bytes(node, sources, sizes) < MIN_BYTES:
            continue
        inputs, program = compose(node, sources, samples)
        text = write_program(program)
        if len(inputs) <= MAX_INPUTS and len(text) <= MAX_TEXT:
            repeats = tuple(each.metadata_props.get(domain.REPEATS_KEY, "") for each in program.nodes)
            streams.append(Stream(node, sources, inputs, text, repeats))
    return streams


def _is_wanted(node: ir.Node) -> bool:
    """Whether all gradients are asked for, but for that of a bias."""
    return len(node.outputs) >= 2 and all(value.name for value in node.outputs)


def _saved_bytes(reader: ir.Node, sources: tuple[ir.Node, ...], sizes: Sizes) -> int:
    """How much less of the whole batch is there at once in front of and at ``reader``."""
    dx, over = sizes.nbytes(reader.outputs[0]), _takes_over(reader, sources)
    own = 0 if reader.op_type == domain.CONV_GRAD_IN_PLACE else dx
    if reader.op_type == domain.BATCH_NORM_GRAD and over:
        own = 0
    last = {behind(value, sources): node for node in (*sources, reader) for value in node.inputs}
    live: dict[ir.Value, int] = {}
    most = 0
    for node in sources:
        live.update({value: sizes.nbytes(value) for value in node.outputs if not is_barrier(node)})
        most = max(most, sum(live.values()))
        live = {value: nbytes for value, nbytes in live.items() if last[value] is not node}
    most = max(most, sum(live.values()) + own)
    return most - (0 if over else dx)


def _takes_over(reader: ir.Node, sources: tuple[ir.Node, ...]) -> bool:
    """Whether the runtime will let dX take dY's memory: the two look alike, and nothing else reads dY."""
    dy, dx = reader.inputs[0], reader.outputs[0]
    if dy is None or dx.is_graph_output() or not dy.shape or not dx.shape:
        return False
    # What stands in front waits for dY, but no more when it is part of the reader.
    if any(use.node is not reader and use.node not in sources for use in dy.uses()):
        return False
    known = all(isinstance(dim, int) or dim.value is not None for dim in dy.shape)
    return known and tuple(dy.shape) == tuple(dx.shape)
