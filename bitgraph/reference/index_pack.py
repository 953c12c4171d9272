"""The meaning of ``IndexPack``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Index, MalformedBlobError, element_code
from bitgraph.reference.held import told_by
from bitgraph.reference.pool_window import pool_window


class IndexPack(OpRun):
    """``Y, held = IndexPack(pooled, indices)``: pass the pooled tensor on, hold its indices.

    ``indices`` are the pool's int64 positions in the whole input. What is held is one byte an
    element: the row-major position in the window, or 255 where the window had no maximum.
    """

    op_domain = domain.DOMAIN

    def _run(
        self, pooled: npt.NDArray[Any], indices: npt.NDArray[np.int64], **attributes: Any
    ) -> tuple[npt.NDArray[Any], ...]:
        window = pool_window(domain.INDEX_PACK, attributes)
        with told_by(domain.INDEX_PACK):
            if indices.shape != pooled.shape:
                raise MalformedBlobError("number of indices", indices.size, pooled.size)
            if pooled.ndim != (rank := 2 + len(window.input_shape)):
                raise MalformedBlobError("rank of the pooled tensor", pooled.ndim, rank)
            codes = window.codes(indices - window.bases(pooled.shape))
            return pooled, Index().encode(codes, element_code(pooled))
