"""The shape of a product of matrices that may be transposed."""

from collections.abc import Sequence

import onnx_ir as ir

Dim = int | str | None


def product_dims(node: ir.Node, first: Sequence[Dim], second: Sequence[Dim]) -> tuple[Dim, ...] | None:
    """Return the dims of the output of a FusedMatMul, or None when an operand is no matrix.

    Args:
        node: The product; it may say that an operand is transposed in its last two dims.
        first: Dims of its first operand: numbers, symbols, None where nobody knows.
        second: Dims of the second one.
    """
    if min(len(first), len(second)) < 2:
        return None
    rows = first[-1 if node.attributes.get_int("transA", 0) else -2]
    columns = second[-2 if node.attributes.get_int("transB", 0) else -1]
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    batch = list(longer[:-2])
    for place, dim in enumerate(shorter[:-2], len(longer) - len(shorter)):
        batch[place] = _broadcast(batch[place], dim)
    return (*batch, rows, columns)


def _broadcast(one: Dim, other: Dim) -> Dim:
    if one == other or other == 1:
        return one
    if one == 1 or (isinstance(other, int) and not isinstance(one, int)):
        return other
    return one if isinstance(one, int) else None
