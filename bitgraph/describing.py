"""What each node that was added holds and how many bytes it saves, as doc strings of the graph."""

from collections.abc import Mapping
from typing import Any

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.sizes import Sizes
from bitgraph.mebibytes import mebibytes

_AGAIN = ".again."
"""Part of the names of values that are computed again."""


def describe(model: ir.Model, stashes: list[dict[str, Any]], sizes: Sizes) -> None:
    """Add to the doc string of each node that bitgraph made what it saves, as predicted.

    Args:
        model: The optimized graph, whose doc strings are changed.
        stashes: The entries of its report.
        sizes: Sizes of its values.
    """
    by_name = {entry["name"]: entry for entry in stashes}
    for node in model.graph:
        if sentences := _sentences(node, by_name, sizes):
            node.doc_string = " ".join([*filter(None, [node.doc_string]), *sentences])


def _sentences(node: ir.Node, stashes: Mapping[str, Mapping[str, Any]], sizes: Sizes) -> list[str]:
    first = node.outputs[0]
    if _AGAIN in str(first.name):
        name = str(first.name).split(_AGAIN, maxsplit=1)[0]
        return [
            f"Computes '{name}' again for the backward pass: its {_mib(sizes.nbytes(first))} are not kept."
        ]
    if node.domain != domain.DOMAIN:
        return []
    if node.op_type == domain.BARRIER:
        return [f"Passes '{_source(node)}' on in its own memory; what is computed again reads it here."]
    # A Pack, or what was fused with one, names what it holds after the stash.
    forms = [value for value in node.outputs[1:] if value.dtype == ir.DataType.UINT8]
    held = dict.fromkeys(str(value.name).rpartition(".")[0] for value in forms)
    sentences = [_saving(stashes[name]) for name in held if name in stashes]
    if not sentences and node.op_type in domain.IN_PLACE:
        sentences = [f"Saves {_mib(sizes.nbytes(first))} where its output takes the memory of its input."]
    return sentences


def _saving(entry: Mapping[str, Any]) -> str:
    dense, held = entry["dense_bytes"], entry["expected_bytes"]
    return (
        f"Saves {_mib(dense - held)}: '{entry['name']}' takes {_mib(held)} between the passes"
        f" instead of {_mib(dense)}."
    )


def _source(node: ir.Node) -> str:
    return str(node.inputs[0].name) if node.inputs[0] is not None else ""


def _mib(nbytes: int) -> str:
    return f"{mebibytes(nbytes)} MiB"
