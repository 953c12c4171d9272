"""The meaning of ``Barrier``."""

from typing import Any

import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain


class Barrier(OpRun):
    """``Y = Barrier(X, trigger)``: X itself.

    The runtime neither merges nor fuses nodes across it, and runs what reads Y after the trigger,
    whose values are never read; without a trigger it only keeps nodes apart.
    """

    op_domain = domain.DOMAIN

    def _run(  # what waits for the trigger is the order of execution
        self,
        x: npt.NDArray[Any],
        _trigger: npt.NDArray[Any] | None = None,
    ) -> tuple[npt.NDArray[Any], ...]:
        return (x,)
