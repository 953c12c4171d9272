"""The meaning of ``CountZeros``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import MalformedBlobError, bit_pattern
from bitgraph.reference.held import told_by


class CountZeros(OpRun):
    """``Y, counts = CountZeros(X)``: pass X on, and tell its zeros, then its dims.

    Zero is an element whose bits are all zero: -0.0 and NaN are not.
    """

    op_domain = domain.DOMAIN

    def _run(self, x: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.COUNT_ZEROS):
            if x.ndim > 8:
                raise MalformedBlobError("rank", x.ndim, 8)
            zeros = x.size - np.count_nonzero(bit_pattern(x))
            return x, np.array([zeros, *x.shape], np.int64)
