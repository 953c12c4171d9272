"""Names the nodes of a graph that run otherwise than planned, because a form does not hold here."""

from collections.abc import Iterator, Mapping

import onnx_ir as ir

from bitgraph import domain
from bitgraph.doctor.forms import FORMS
from bitgraph.graph.sizes import Sizes
from bitgraph.report import Fallback


def find_fallbacks(model: ir.Model, sizes: Sizes, holds: Mapping[str, bool]) -> list[Fallback]:
    """Return what nodes of ``model`` do instead.

    Args:
        model: An optimized graph.
        sizes: Sizes of its values.
        holds: By probe, whether the form gives the bits of this runtime; what was not asked is not there.
    """
    nodes: dict[str, list[str]] = {}
    for node in model.graph:
        for operator in _operators(node, sizes):
            nodes.setdefault(operator, []).append(str(node.name))
    fallbacks = []
    for probe, form in FORMS.items():
        users = [name for operator in form.operators for name in nodes.get(operator, ())]
        if users and holds.get(probe) is False:
            fallbacks.append(Fallback(probe, form.what, form.instead, list(dict.fromkeys(users))))
    return fallbacks


def _operators(node: ir.Node, sizes: Sizes) -> Iterator[str]:
    if node.domain != domain.DOMAIN:
        return
    yield node.op_type
    if node.op_type in domain.STREAMS:
        yield from {f"{domain.STREAM}/{each.op_type}" for each in sizes.program(node).nodes}
