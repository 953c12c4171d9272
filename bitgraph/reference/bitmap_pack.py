"""The meaning of ``BitmapPack``."""

from typing import Any

import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import hold
from bitgraph.reference.held import told_by


class BitmapPack(OpRun):
    """``Y, held = BitmapPack(X)``: pass X on, and hold it as a bitmap or, where smaller, dense."""

    op_domain = domain.DOMAIN

    def _run(self, x: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.BITMAP_PACK):
            return x, hold(x)
