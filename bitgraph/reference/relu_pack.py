"""The meaning of ``ReluPack``."""

from typing import Any

import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import hold
from bitgraph.reference.batch_norm import Floats
from bitgraph.reference.held import told_by
from bitgraph.reference.relu_mask_pack import relu_and_mask


class ReluPack(OpRun):
    """``Y, mask, held = ReluPack(X)``: ``ReluMaskPack``, and ``BitmapPack`` of Y."""

    op_domain = domain.DOMAIN

    def _run(self, x: Floats) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.RELU_PACK):
            y, mask = relu_and_mask(x)
            return y, mask, hold(y)
