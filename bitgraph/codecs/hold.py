"""Hold a tensor in the smaller of two forms that keep its values, one of them the dense form."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.bitmap import Bitmap
from bitgraph.codecs.coded import Coded
from bitgraph.codecs.dense import Dense
from bitgraph.codecs.element_types import bit_pattern, element_code
from bitgraph.codecs.header import Header
from bitgraph.codecs.registry import blob_size


def hold(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Return the bitmap form of ``values`` where it is smaller than the dense form, else that.

    >>> import numpy as np
    >>> hold(np.zeros(1000, np.float32)).size, hold(np.ones(1000, np.float32)).size
    (256, 4064)
    """
    dtype = element_code(values)
    nonzero = int(np.count_nonzero(bit_pattern(values)))
    bitmap = Header(Bitmap.encoding, dtype, values.shape, nonzero)
    dense = Header(Dense.encoding, dtype, values.shape, values.size)
    codec = Bitmap() if blob_size(bitmap) < blob_size(dense) else Dense()
    return codec.encode(values, dtype)


def hold_coded(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return the coded form of ``values`` where it is smaller than the dense form, else that.

    >>> import numpy as np
    >>> hold_coded(np.ones(4096, np.float32)).size, hold_coded(np.ones(64, np.float32)).size
    (14016, 320)
    """
    dtype = element_code(values)
    dense, coded = Dense().encode(values, dtype), Coded().encode(values, dtype)
    return coded if coded.size < dense.size else dense
