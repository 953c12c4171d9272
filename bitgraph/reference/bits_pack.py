"""The meaning of ``BitsPack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bits
from bitgraph.reference.held import told_by


class BitsPack(OpRun):
    """``Y, held = BitsPack(carrier, X)``: pass the carrier on, and hold the bool X as bits.

    The carrier is the value that the forward pass reads on; it may be X itself.
    """

    op_domain = domain.DOMAIN

    def _run(self, carrier: npt.NDArray[Any], x: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.BITS_PACK):
            return carrier, Bits().encode(x, TensorProto.BOOL)
