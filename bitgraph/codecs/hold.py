"""Hold a tensor in the smaller of the two forms that keep its values."""

from typing import Any

import numpy as np
import numpy.typing as npt

from bitgraph.codecs.bitmap import Bitmap
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
