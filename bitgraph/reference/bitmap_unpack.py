"""The meaning of ``BitmapUnpack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bitmap, Coded, Dense, element_code
from bitgraph.reference.held import read_held, told_by


class BitmapUnpack(OpRun):
    """``X = BitmapUnpack(held, trigger)``: the exact tensor that was held, as a bitmap, coded or dense.

    The trigger's values are never read: its type is X's type, and it fixes the order of execution.
    """

    op_domain = domain.DOMAIN

    def _run(self, held: npt.NDArray[np.uint8], trigger: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
        with told_by(domain.BITMAP_UNPACK):
            restored = read_held(held, (Dense, Bitmap, Coded), element_code(trigger))
        return (restored.view(trigger.dtype),)
