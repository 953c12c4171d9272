"""Puts a Pack behind the producer of a stash and an Unpack in front of its reader."""

from collections.abc import Mapping, Sequence

import onnx_ir as ir

from bitgraph import domain
from bitgraph.graph.split import Split
from bitgraph.plan.restores import Restore

_LOGIC = frozenset({"And", "Cast", "Not", "Or"})

Attributes = Mapping[str, int | str | Sequence[int]]


def insert_pack(
    op_type: str,
    label: str,
    stash: ir.Value,
    inputs: Sequence[ir.Value | None],
    halves: Split,
    attributes: Attributes | None = None,
) -> ir.Value:
    """Insert a Pack that re-emits ``inputs[0]``, and let the forward pass read what it emits.

    A Pack that nothing in the forward pass waits for would run just before its Unpack.

    Args:
        op_type: The operator.
        label: What is held, for the names of the new values.
        stash: What is held; its producer stands in front of the Pack.
        inputs: Inputs of the operator; the first is what the forward pass reads on.
        halves: The halves of the graph; backward readers stay where they are.
        attributes: Attributes of the operator.

    Returns:
        The held form.
    """
    carrier, producer = inputs[0], stash.producer()
    assert carrier is not None
    assert producer is not None
    assert producer.graph is not None
    pack = ir.node(
        op_type,
        inputs=inputs,
        attributes=dict(attributes or {}),
        domain=domain.DOMAIN,
        num_outputs=2,
        name=f"{stash.name}/{op_type}.{label}",
        doc_string=f"Holds '{stash.name}' for the backward pass as {label}.",
    )
    through, held = pack.outputs
    through.name, through.shape, through.type = (
        f"{stash.name}.{label}.through",
        carrier.shape,
        carrier.type,
    )
    held.name, held.type = f"{stash.name}.{label}", ir.TensorType(ir.DataType.UINT8)
    held.shape = ir.Shape([None])
    before = {pack, *_makers(inputs[1:], carrier)}
    for use in tuple(carrier.uses()):
        if use.node not in before and use.node not in halves.backward:
            use.node.replace_input_with(use.idx, through)
    producer.graph.insert_after(producer, pack)
    return held


def _makers(values: Sequence[ir.Value | None], carrier: ir.Value) -> set[ir.Node]:
    """The nodes that make a condition out of ``carrier``: they stand in front of the Pack."""
    found: set[ir.Node] = set()
    stack = [value for value in values if value is not None and value is not carrier]
    while stack:
        node = stack.pop().producer()
        if node is None or node in found or node.op_type not in _LOGIC:
            continue
        found.add(node)
        stack.extend(value for value in node.inputs if value is not None and value is not carrier)
    return found


def insert_unpack(op_type: str, stash: ir.Value, held: ir.Value, number: int, restore: Restore) -> None:
    """Insert an Unpack in front of the first reader of ``restore`` and serve its reads from it."""
    reader = restore.uses[0].node
    unpack = ir.node(
        op_type,
        inputs=[held, restore.trigger],
        domain=domain.DOMAIN,
        name=f"{held.name}/{op_type}.{number}",
        doc_string=f"Restores '{stash.name}' once '{restore.trigger.name}' is there.",
    )
    dense = unpack.outputs[0]
    dense.name, dense.shape, dense.type = f"{held.name}.restored.{number}", stash.shape, stash.type
    assert reader.graph is not None
    reader.graph.insert_before(reader, unpack)
    seen: dict[tuple[ir.Node, ...], ir.Value] = {(): dense}
    for use in restore.uses:
        use.node.replace_input_with(use.index, _viewed(use.views, seen, number, unpack))


def _viewed(
    views: tuple[ir.Node, ...],
    seen: dict[tuple[ir.Node, ...], ir.Value],
    number: int,
    behind: ir.Node,
) -> ir.Value:
    """The restored tensor under the views that the reader saw it through."""
    if views in seen:
        return seen[views]
    view, source = views[-1], _viewed(views[:-1], seen, number, behind)
    again = ir.node(
        view.op_type,
        inputs=[source, *view.inputs[1:]],
        attributes=view.attributes,
        domain=view.domain,
        name=f"{view.outputs[0].name}/{view.op_type}.restored.{number}",
    )
    old, new = view.outputs[0], again.outputs[0]
    new.name, new.shape, new.type = f"{old.name}.restored.{number}", old.shape, old.type
    first = source.producer()
    assert behind.graph is not None
    assert first is not None
    behind.graph.insert_after(first, again)
    seen[views] = new
    return new
