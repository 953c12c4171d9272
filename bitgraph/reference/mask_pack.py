"""The meaning of ``MaskPack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bits, MalformedBlobError, element_code
from bitgraph.errors import BadInputError
from bitgraph.reference.floats import comparable
from bitgraph.reference.held import told_by


class MaskPack(OpRun):
    """``Y, held = MaskPack(X, low, high)``: pass X on, and hold one bit an element of it.

    * predicate ``positive``: ``X > 0``; the bounds are not read.
    * predicate ``within``: ``X >= low`` and ``X <= high``; an absent bound always holds.

    The bit of a NaN is 0. The bounds have one element.
    """

    op_domain = domain.DOMAIN

    def _run(
        self,
        x: npt.NDArray[Any],
        low: npt.NDArray[Any] | None = None,
        high: npt.NDArray[Any] | None = None,
        predicate: str = "",
    ) -> tuple[npt.NDArray[Any], ...]:
        return x, held_mask(x, low, high, predicate)


def held_mask(
    x: npt.NDArray[Any], low: npt.NDArray[Any] | None, high: npt.NDArray[Any] | None, predicate: str
) -> npt.NDArray[np.uint8]:
    """Return the second output."""
    # Comparing a NaN among activations is not an accident to warn about.
    with told_by(domain.MASK_PACK), np.errstate(invalid="ignore"):
        return Bits().encode(_mask(x, low, high, predicate), element_code(x))


def _mask(
    x: npt.NDArray[Any],
    low: npt.NDArray[Any] | None,
    high: npt.NDArray[Any] | None,
    predicate: str,
) -> npt.NDArray[np.bool_]:
    values = comparable(domain.MASK_PACK, x)
    if predicate == "positive":
        return np.asarray(values > 0)
    if predicate != "within":
        raise BadInputError(
            f"{domain.MASK_PACK}: predicate '{predicate}' is not known; use 'positive' or 'within'"
        )
    mask = ~np.isnan(values)
    if low is not None:
        mask &= values >= _bound("low", low)
    if high is not None:
        mask &= values <= _bound("high", high)
    return np.asarray(mask)


def _bound(name: str, bound: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if bound.size != 1:
        raise MalformedBlobError(f"number of elements of '{name}'", bound.size, 1)
    return comparable(domain.MASK_PACK, bound).reshape(())
