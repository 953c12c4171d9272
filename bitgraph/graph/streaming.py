"""How a Stream goes through the batch, as the library chooses it: samples at a time, and memory inside."""

import math

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.sizes import Sizes
from bitgraph.programs import Program

CHUNK_BYTES = 512 * 1024
"""Samples are taken so many at a time that the largest value inside is about this."""

_KEPT_BYTES = 4 * 1024 * 1024
"""What a batch norm's gradient reads is kept up to this size; what is larger is computed twice."""

_LINE = 64
"""Bytes that a buffer is rounded up to."""


def takes_two_runs(stream: ir.Node, sizes: Sizes) -> bool:
    """Whether ``stream`` computes what its gradient reads once for sums and once more for dX."""
    *sources, reader = sizes.program(stream).nodes
    if not sources or reader.op_type != domain.BATCH_NORM_GRAD:
        return False
    x = reader.inputs[1]
    is_large = x is not None and sizes.nbytes(x) > _KEPT_BYTES
    return is_large and stream.attributes.get_int(domain.KEEP) != 1


def inner_bytes(stream: ir.Node, sizes: Sizes) -> int:
    """Return the memory that the values inside of ``stream`` take, each as long as it is read."""
    program = sizes.program(stream)
    batch = _batch(program, sizes)
    reader, inner = program.nodes[-1], program.inner
    longest = _longest_chunk(program, inner, batch, sizes)
    kept = reader.op_type == domain.BATCH_NORM_GRAD and (
        longest == batch or not takes_two_runs(stream, sizes)
    )
    place = {node: number for number, node in enumerate(program.nodes)}
    pieces: list[tuple[int, int]] = []  # Bytes, and the last node that reads them.
    for maker in program.nodes:
        value = maker.outputs[0]
        if value not in inner:
            continue
        if kept and value is reader.inputs[1]:
            pieces.append((sizes.nbytes(value), len(place)))
            continue
        last = max((place[use.node] for use in value.uses()), default=place[maker])
        _put(pieces, sizes.nbytes(value) * longest // batch + _LINE, place[maker], last)
    return sum(nbytes for nbytes, _ in pieces)


def _batch(program: Program, sizes: Sizes) -> int:
    """The rows of what comes in or goes out; held forms have none."""
    for port in (*program.inputs, *program.outputs):
        if port.kind == "rows" and (shape := sizes.shape(port.value)):
            return max(shape[0], 1)
    return 1


def _longest_chunk(program: Program, inner: list[ir.Value], batch: int, sizes: Sizes) -> int:
    if not inner:
        return batch
    largest = max(map(sizes.nbytes, inner)) // batch
    least = max(_least_samples(node, sizes) for node in program.nodes)
    samples = min(max(CHUNK_BYTES // max(largest, 1), least), batch)
    chunks = min(-(-batch // samples), max(batch // least, 1))
    return -(-batch // chunks)


def _least_samples(node: ir.Node, sizes: Sizes) -> int:
    """A pointwise Conv of a single image is shared among threads, with other bits."""
    weight = node.inputs[1] if node.op_type == "Conv" else None
    shape = None if weight is None else sizes.shape(weight)
    is_direct = shape is not None and math.prod(shape[2:]) == 1 and node.attributes.get_int("group", 1) == 1
    return 2 if is_direct else 1


def _put(pieces: list[tuple[int, int]], nbytes: int, maker: int, last: int) -> None:
    """Give a value the dead piece that fits it best, or a new one."""
    dead = [number for number, (_, reader) in enumerate(pieces) if reader < maker]
    if not dead:
        pieces.append((nbytes, last))
        return
    best = min(dead, key=lambda number: abs(pieces[number][0] - nbytes))
    pieces[best] = (max(pieces[best][0], nbytes), last)
