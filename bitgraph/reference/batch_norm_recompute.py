"""The meaning of ``BatchNormRecompute``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.errors import BadInputError
from bitgraph.reference.batch_norm import Floats, clipped, normalized


class BatchNormRecompute(OpRun):
    """``Y = BatchNormRecompute(X, scale, bias, mean, inv_std, trigger)``: what was there before.

    The output of batch normalization in training mode and of the activation behind it (``none``,
    ``relu``, or ``clip`` with ``low`` and ``high``). A Clip without a bound has float32's lowest or
    largest number. The trigger only orders execution, and epsilon is for runtimes whose arithmetic
    is another: they run their own operator again.
    """

    op_domain = domain.DOMAIN

    def _run(
        self,
        x: Floats,
        scale: Floats,
        bias: Floats,
        mean: Floats,
        inv_std: Floats,
        _trigger: npt.NDArray[Any],
        activation: str = "",
        low: float = -np.inf,
        high: float = np.inf,
        **_ignored: Any,
    ) -> tuple[Floats, ...]:
        y = normalized(domain.BATCH_NORM_RECOMPUTE, x, scale, bias, mean, inv_std)
        if activation == "none":
            return (y,)
        if activation == "relu":
            return (clipped(y, 0.0, np.inf),)
        if activation == "clip":
            return (clipped(y, low, high),)
        raise BadInputError(
            f"{domain.BATCH_NORM_RECOMPUTE}: activation '{activation}' is not known; "
            "use 'none', 'relu' or 'clip'"
        )
