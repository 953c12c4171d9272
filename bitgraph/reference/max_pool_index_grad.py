"""The meaning of ``MaxPoolIndexGrad``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Index, MalformedBlobError, element_code
from bitgraph.reference.held import read_held, told_by
from bitgraph.reference.pool_window import pool_window


class MaxPoolIndexGrad(OpRun):
    """``dX = MaxPoolIndexGrad(dY, held)``: each gradient added where its maximum came from.

    dX begins as +0 and the elements of dY are added one by one in row-major order, as ONNX
    Runtime's MaxPoolGrad does; a place that has become NaN stays that NaN. For a window without a
    maximum that operator adds in the plane before the window's own, and so does this one; before
    the first plane, where the runtime would write in front of the tensor, nothing is added.
    """

    op_domain = domain.DOMAIN

    def _run(
        self, dy: npt.NDArray[Any], held: npt.NDArray[np.uint8], **attributes: Any
    ) -> tuple[npt.NDArray[Any], ...]:
        window = pool_window(domain.MAX_POOL_INDEX_GRAD, attributes)
        with told_by(domain.MAX_POOL_INDEX_GRAD):
            codes = read_held(held, (Index,), element_code(dy))
            _check_dims(codes.shape, dy.shape, 2 + len(window.input_shape))
            offsets = window.offsets(codes)
        dx = np.zeros(dy.shape[:2] + window.input_shape, dy.dtype)
        places = (offsets + window.bases(dy.shape)).reshape(-1)
        inside = places >= 0
        _add_in_order(dx.reshape(-1), places[inside], dy.reshape(-1)[inside])
        return (dx,)


def _add_in_order(sums: npt.NDArray[Any], places: npt.NDArray[np.int64], values: npt.NDArray[Any]) -> None:
    # Infinity and NaN among gradients are data here, not accidents to warn about.
    with np.errstate(invalid="ignore", over="ignore"):
        np.add.at(sums, places, values)
        # Which of two NaN a sum keeps is the compiler's choice; the runtime's keeps the first.
        again = np.isnan(sums)[places]
        sums[places[again]] = 0
        for place, value in zip(places[again], values[again], strict=True):
            if not np.isnan(sums[place]):
                sums[place] += value


def _check_dims(held: tuple[int, ...], dy: tuple[int, ...], rank: int) -> None:
    if len(dy) != rank:
        raise MalformedBlobError("rank of dY", len(dy), rank)
    if len(held) != rank:
        raise MalformedBlobError("rank of the held indices", len(held), rank)
    for axis, (found, expected) in enumerate(zip(held, dy, strict=True)):
        if found != expected:
            raise MalformedBlobError(f"dim {axis} of the held indices", found, expected)
