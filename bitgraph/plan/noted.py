"""What was decided, noted in the metadata of the graph that was made, so that it can be read there."""

import json
from collections.abc import Sequence
from typing import Any

import onnx_ir as ir

from bitgraph import domain

_KEYS = {
    "name",
    "op_type",
    "dtype",
    "shape",
    "dense_bytes",
    "encoding",
    "reader",
    "expected_bytes",
    "reason",
    "readers",
}


def note_stashes(model: ir.Model, stashes: Sequence[dict[str, Any]]) -> None:
    """Note in ``model`` how its stashes are held.

    Args:
        model: The optimized graph, whose metadata is changed.
        stashes: The entries of a report.
    """
    kept = [{key: entry[key] for key in entry if key in _KEYS} for entry in stashes]
    model.metadata_props[domain.PLAN_KEY] = json.dumps(kept, separators=(",", ":"))


def noted_stashes(model: ir.Model) -> list[dict[str, Any]]:
    """Return the entries that ``note_stashes`` noted; none where the note is missing or not readable."""
    try:
        found = json.loads(model.metadata_props.get(domain.PLAN_KEY, "[]"))
    except ValueError:
        return []
    if not isinstance(found, list):
        return []
    return [{key: entry[key] for key in entry if key in _KEYS} for entry in found if _is_whole(entry)]


def _is_whole(entry: Any) -> bool:
    if not isinstance(entry, dict) or not entry.keys() >= _KEYS:
        return False
    sizes = (entry["dense_bytes"], entry["expected_bytes"])
    lists = (entry["readers"], [] if entry["shape"] is None else entry["shape"])
    return all(isinstance(size, int) for size in sizes) and all(isinstance(each, list) for each in lists)
