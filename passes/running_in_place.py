"""Makes the node that runs an operator of the runtime in the memory of its first input."""

from collections.abc import Mapping, Sequence
from typing import Any

import onnx_ir as ir
from bitgraph.passes.alike import read_alike

from bitgraph import domain


def run_in_place(
    op: str, inputs: Sequence[ir.Value | None], node: ir.Node, attributes: Mapping[str, Any] | None = None
) -> ir.Node:
    """Return ``RunInPlace(inputs)``, which is to stand for ``node``, or for a part of it.

    The first input is read through a Barrier where it does not look like what ``node`` computes.
    """
    source, *others = inputs
    result = node.outputs[0]
    assert source is not None
    if result.shape is None:
        result.shape, result.type = source.shape, result.type or source.type
    if source.shape != result.shape:
        source = read_alike(source, node)
    return ir.node(
        domain.RUN_IN_PLACE,
        [source, *others],
        attributes={"op": op, **(attributes or {})},
        domain=domain.DOMAIN,
        name=f"{node.name or result.name}/{domain.RUN_IN_PLACE}",
        doc_string=f"{op}, in the memory of '{source.name}'.",
    )
