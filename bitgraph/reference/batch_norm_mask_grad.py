"""The meaning of ``BatchNormMaskGrad``."""

from typing import Any

import numpy as np
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.reference.batch_norm import Floats, check_gradient, masked, normalized


class BatchNormMaskGrad(OpRun):
    """``dX = BatchNormMaskGrad(dY, X, scale, bias, mean, inv_std)``: the activation's gradient.

    The activation stands behind a batch normalization, whose output is worked out of its input.

    * mode ``relu``: dY's own bits where that output is above 0, else +0, as ReluGrad does.
    * mode ``clip``: dY times 1 where the output is in [``low``, ``high``], else dY times 0. A bound
      that the Clip does not have is an infinity here.

    epsilon is as in ``BatchNormRecompute``.
    """

    op_domain = domain.DOMAIN

    def _run(
        self,
        dy: Floats,
        x: Floats,
        scale: Floats,
        bias: Floats,
        mean: Floats,
        inv_std: Floats,
        mode: str = "",
        low: float = -np.inf,
        high: float = np.inf,
        **_ignored: Any,
    ) -> tuple[Floats, ...]:
        op = domain.BATCH_NORM_MASK_GRAD
        y = normalized(op, x, scale, bias, mean, inv_std)
        check_gradient(op, dy, x)
        return (masked(op, mode, dy, y, low, high),)
