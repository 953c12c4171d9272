"""The meaning of ``MulInPlace``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.errors import BadInputError


class MulInPlace(OpRun):
    """``Y = MulInPlace(X, factor)``: ``X * factor``, in float32, spread over X as ``Mul`` spreads it.

    Y has X's shape; natively it may be written over X.
    """

    op_domain = domain.DOMAIN

    def _run(
        self, x: npt.NDArray[np.float32], factor: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[Any], ...]:
        if x.size:
            dims = (1,) * (x.ndim - factor.ndim) + factor.shape
            if len(dims) != x.ndim or any(n not in {1, size} for n, size in zip(dims, x.shape, strict=True)):
                raise BadInputError(
                    f"{domain.MUL_IN_PLACE}: a factor of {factor.size} elements cannot be spread over X,"
                    f" which has {x.size}"
                )
        # What is infinite or no number is the caller's.
        with np.errstate(all="ignore"):
            return (np.asarray(x * factor),) if x.size else (x,)
