"""Decides which convolutions of the forward pass take their input by samples.

The input of a large convolution and its output need not stand side by side: what makes the input runs some
samples at a time, or the input is restored from the form that it is held in. That pays where the two would
hold the peak.
"""

import dataclasses
import math
from collections.abc import Iterator

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.peak import simulate
from bitgraph.graph.sizes import Sizes, sizes_now
from bitgraph.graph.split import split
from bitgraph.graph.streaming import CHUNK_BYTES
from bitgraph.plan.candidates import MIN_BYTES
from bitgraph.plan.climb import is_barrier
from bitgraph.plan.compose import compose_forward
from bitgraph.plan.samples import Samples
from bitgraph.programs import write_program
from bitgraph.programs.program import MAX_INPUTS, MAX_TEXT

_HELD = {domain.BITMAP_PACK: 1, domain.CODED_PACK: 1, domain.RELU_PACK: 2}
"""Packs whose held form gives all of what they pass on, and which of their outputs that is."""

_FUSED_BEHIND_CONV = frozenset({"Add", "Sum"})
"""What the runtime adds within the kernel of a convolution, with other bits."""

_MOST_MASKS = 5
"""What the operator has outputs for."""


@dataclasses.dataclass(frozen=True)
class ForwardStream:
    """A convolution that is to run by samples.

    Attributes:
        reader: The convolution, or the Relu behind it.
        sources: The nodes that become part of it, in order; nothing else reads what they pass on.
        pack: The one among them that stays, as what it holds is read.
        inputs: What it reads then.
        masks: The held forms that it makes besides.
        text: What it computes, as a program.
    """

    reader: ir.Node
    sources: tuple[ir.Node, ...]
    pack: ir.Node | None
    inputs: tuple[ir.Value, ...]
    masks: tuple[ir.Value, ...]
    text: str


@dataclasses.dataclass(frozen=True)
class _Chain:
    """Nodes in front of a convolution, the last first, and the bytes that they leave out of memory.

    What two chunks take inside is counted.
    """

    nodes: tuple[ir.Node, ...]
    saved: int


def find_forward_streams(model: ir.Model, config: Config, sizes: Sizes | None = None) -> list[ForwardStream]:
    """Return what is to be done in ``model``, which is not changed: where it lowers the peak."""
    forward = split(model.graph, config.loss_output).forward
    convolutions = [node for node in model.graph if node.op_type == "Conv" and node in forward]
    if not convolutions:
        return []
    sizes = sizes_now(model, config, sizes)
    chains = {
        conv: chain for conv in convolutions if (chain := _chain(conv, sizes)) and chain.saved >= MIN_BYTES
    }
    if not chains:
        return []
    timeline = simulate(model, sizes)
    live = dict(zip(timeline.order, timeline.live, strict=True))
    chains = {conv: chain for conv, chain in chains.items() if conv in live}
    floor = max((nbytes for node, nbytes in live.items() if node not in chains), default=0)
    floor = max(floor, *(live[conv] - chain.saved for conv, chain in chains.items()), 0)
    taken: set[ir.Node] = set()
    streams = []
    # Chains may overlap: the highest first.
    for conv, chain in sorted(chains.items(), key=lambda each: -live[each[0]]):
        if live[conv] > floor and taken.isdisjoint((conv, *chain.nodes)):
            stream = _stream(conv, chain, sizes)
            if stream is not None:
                taken.update((stream.reader, conv, *chain.nodes))
                streams.append(stream)
    return streams


def _chain(conv: ir.Node, sizes: Sizes) -> _Chain | None:
    """The best place to begin in front of ``conv``."""
    x = conv.inputs[0]
    samples = Samples(conv, sizes)
    if x is None or samples.kinds(conv) is None or _only_sum(conv.outputs[0]):
        return None
    return max(_chains(x, samples, sizes), key=lambda chain: chain.saved, default=None)


def _chains(x: ir.Value, samples: Samples, sizes: Sizes) -> Iterator[_Chain]:
    """All of them, the shortest first."""
    nodes: list[ir.Node] = []
    value, masks, largest = x, 0, sizes.nbytes(x)
    while len(_readers(value)) == 1:
        node = value.producer()
        if node is None or value is not node.outputs[0] or value.is_graph_output():
            return
        if node.op_type in _HELD and node.domain == domain.DOMAIN:
            yield _Chain((*nodes, node), largest - 2 * CHUNK_BYTES)
            return
        if node.op_type == domain.MASK_PACK:
            masks += 1
            if masks > _MOST_MASKS or not _fits_bytes(value, sizes) or samples.kinds(node) is None:
                return
        elif not is_barrier(node) and (node.op_type not in {"Conv", "Relu"} or samples.kinds(node) is None):
            return
        source = node.inputs[0]
        if source is None:
            return
        nodes.append(node)
        value = source
        if node.op_type == "Conv":
            yield _Chain(tuple(nodes), largest - sizes.nbytes(source) - 2 * CHUNK_BYTES)
            largest = max(largest, sizes.nbytes(source))


def _readers(value: ir.Value) -> list[ir.Node]:
    """What reads the data of ``value``."""
    return [use.node for use in value.uses() if use.node.op_type not in {"Shape", "Size"}]


def _fits_bytes(value: ir.Value, sizes: Sizes) -> bool:
    """Whether the bits of each sample begin a byte."""
    shape = sizes.shape(value)
    return shape is not None and math.prod(shape[1:]) % 8 == 0


def _only_sum(value: ir.Value) -> bool:
    readers = [use.node for use in value.uses()]
    return len(readers) == 1 and readers[0].op_type in _FUSED_BEHIND_CONV


def _stream(conv: ir.Node, chain: _Chain, sizes: Sizes) -> ForwardStream | None:
    """Put ``chain`` and ``conv`` into words; a ReLU that the runtime would run within it comes along."""
    reader, sources = conv, tuple(reversed(chain.nodes))
    behind = [use.node for use in conv.outputs[0].uses()]
    if len(behind) == 1 and behind[0].op_type == "Relu" and not conv.outputs[0].is_graph_output():
        reader, sources = behind[0], (*sources, conv)
    inputs, masks, program = compose_forward(reader, sources, Samples(conv, sizes), _HELD)
    text = write_program(program)
    if len(inputs) > MAX_INPUTS or len(text) > MAX_TEXT:
        return None
    pack = sources[0] if sources[0].op_type in _HELD else None
    return ForwardStream(reader, sources, pack, inputs, masks, text)
