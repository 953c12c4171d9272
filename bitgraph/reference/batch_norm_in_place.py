"""The meaning of ``BatchNormInPlace``."""

from typing import Any

import numpy as np
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.reference.batch_norm import Floats, check_channels, normalized


class BatchNormInPlace(OpRun):
    """``Y, new_mean, new_var, mean, inv_std = BatchNormInPlace(X, scale, bias, running_mean, running_var)``.

    Batch normalization in training mode, with ``epsilon`` and ``momentum``; natively Y may be written over X
    and the new running statistics over the old ones. The runtime rounds each of its sums in an order of its
    own; here they are exact but for one rounding.
    """

    op_domain = domain.DOMAIN

    def _run(
        self,
        x: Floats,
        scale: Floats,
        bias: Floats,
        running_mean: Floats,
        running_var: Floats,
        epsilon: float = 0.0,
        momentum: float = 0.0,
        **_ignored: Any,
    ) -> tuple[Floats, ...]:
        op = domain.BATCH_NORM_IN_PLACE
        check_channels(op, x, {"running_mean": running_mean, "running_var": running_var})
        axes = (0, *range(2, x.ndim))
        exact = x.astype(np.float64)
        with np.errstate(all="ignore"):
            mean, var = exact.mean(axes), exact.var(axes)
            new = [
                np.asarray(old * momentum + this * (1.0 - momentum), np.float32)
                for old, this in ((running_mean, mean), (running_var, var))
            ]
            kept = mean.astype(np.float32), (1.0 / np.sqrt(var + epsilon)).astype(np.float32)
            return (normalized(op, x, scale, bias, *kept), *new, *kept)
