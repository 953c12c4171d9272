"""The meaning of ``MaskGrad``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bits, MalformedBlobError, bit_pattern, element_code
from bitgraph.errors import BadInputError
from bitgraph.reference.floats import comparable, times_bit
from bitgraph.reference.held import read_held, told_by


class MaskGrad(OpRun):
    """``dX = MaskGrad(dY, held)``: the gradient where the held bit is 1.

    * mode ``select``: dY's own bits where the bit is 1, else +0, as ReluGrad does, and as ONNX Runtime's
      ``Where(mask, 0, dY)`` does from the other bits.
    * mode ``where``: the same, but +0 where dY is -0 too, as ONNX Runtime's ``Where(mask, dY, 0)`` does.
    * mode ``multiply``: ``dY * bit``, as the product with a mask of 0 and 1 does: where the bit is
      0, a zero with dY's sign, or NaN for NaN and infinity.

    dX has dY's shape; the mask needs as many elements, in whatever shape, made of dY's type or of bools.
    """

    op_domain = domain.DOMAIN

    def _run(
        self, dy: npt.NDArray[Any], held: npt.NDArray[np.uint8], mode: str = ""
    ) -> tuple[npt.NDArray[Any], ...]:
        comparable(domain.MASK_GRAD, dy)  # As the native operator: no gradient is of integers.
        with told_by(domain.MASK_GRAD):
            mask = read_held(held, (Bits,), element_code(dy), element_code(np.empty(0, np.bool_)))
            if mask.size != dy.size:
                raise MalformedBlobError("number of held bits", mask.size, dy.size)
        return (_masked(dy, mask.reshape(dy.shape), mode),)


def _masked(dy: npt.NDArray[Any], mask: npt.NDArray[np.bool_], mode: str) -> npt.NDArray[Any]:
    if mode == "multiply":
        return times_bit(domain.MASK_GRAD, dy, mask)
    if mode not in {"select", "where"}:
        modes = "'select', 'where' or 'multiply'"
        raise BadInputError(f"{domain.MASK_GRAD}: mode '{mode}' is not known; use {modes}")
    # On the bits, so that a signalling NaN passes as it is.
    selected = np.where(mask.reshape(-1), bit_pattern(dy), 0).astype(f"<u{dy.itemsize}")
    if mode == "where":
        selected[selected == 1 << (8 * dy.itemsize - 1)] = 0
    return selected.view(dy.dtype).reshape(dy.shape)
