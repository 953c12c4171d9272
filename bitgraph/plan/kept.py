"""Decides which Streams keep what they would compute twice: those that run where memory is to spare."""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.peak import simulate
from bitgraph.graph.sizes import Sizes, sizes_now
from bitgraph.graph.streaming import takes_two_runs


def find_kept(model: ir.Model, config: Config, sizes: Sizes | None = None) -> list[ir.Node]:
    """Return the Streams of ``model`` that can keep it below the peak of the step; it is not changed."""
    streams = [node for node in model.graph if node.op_type == domain.STREAM]
    if not streams:
        return []
    sizes = sizes_now(model, config, sizes)
    twice = [node for node in streams if takes_two_runs(node, sizes)]
    if not twice:
        return []
    timeline = simulate(model, sizes)
    live = dict(zip(timeline.order, timeline.live, strict=True))
    return [node for node in twice if live[node] + _kept_bytes(node, sizes) <= timeline.peak]


def _kept_bytes(stream: ir.Node, sizes: Sizes) -> int:
    x = sizes.program(stream).nodes[-1].inputs[1]
    return 0 if x is None else sizes.nbytes(x)
