"""The meaning of ``BitsUnpack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bits
from bitgraph.reference.held import read_held, told_by


class BitsUnpack(OpRun):
    """``X = BitsUnpack(held, trigger)``: the bool tensor that was held.

    The trigger, of any type, is never read: it fixes the order of execution.
    """

    op_domain = domain.DOMAIN

    def _run(self, held: npt.NDArray[np.uint8], _trigger: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.BITS_UNPACK):
            return (read_held(held, (Bits,), TensorProto.BOOL),)
