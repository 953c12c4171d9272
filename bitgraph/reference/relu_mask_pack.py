"""The meaning of ``ReluMaskPack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bits, element_code
from bitgraph.reference.batch_norm import Floats, clipped
from bitgraph.reference.held import told_by


class ReluMaskPack(OpRun):
    """``Y, mask = ReluMaskPack(X)``: ``Relu``, and ``MaskPack`` of what it gives: ``Y > 0``."""

    op_domain = domain.DOMAIN

    def _run(self, x: Floats) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.RELU_MASK_PACK):
            return relu_and_mask(x)


def relu_and_mask(x: Floats) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Return the ReLU of ``x``, and where it is above 0 as a held form."""
    # Comparing a NaN among activations is not an accident to warn about.
    with np.errstate(invalid="ignore"):
        y = clipped(x, 0.0, np.inf)
        return y, Bits().encode(np.asarray(y > 0), element_code(y))
