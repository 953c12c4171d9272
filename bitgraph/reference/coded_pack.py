"""The meaning of ``CodedPack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import hold_coded
from bitgraph.reference.held import told_by


class CodedPack(OpRun):
    """``Y, held = CodedPack(X)``: pass X on, and hold it coded or, where smaller, dense."""

    op_domain = domain.DOMAIN

    def _run(self, x: npt.NDArray[np.float32]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.CODED_PACK):
            return x, hold_coded(x)
