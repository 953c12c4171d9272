"""Arithmetic on the element types of activations, bfloat16 included."""

from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from bitgraph.codecs import element_code
from bitgraph.errors import BadInputError

FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16)

_NAN_BITS = {
    np.dtype(np.float16): (np.uint16(0x7C00), np.uint16(0x0200)),
    np.dtype(ml_dtypes.bfloat16): (np.uint16(0x7F80), np.uint16(0x0040)),
}
"""The 16-bit floats' bits of infinity, and the bit that makes a NaN a quiet one."""


def comparable(op: str, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return ``x`` as an array that NumPy can compare, whichever bfloat16 onnx gave.

    Raises:
        BadInputError: ``x`` is not of a floating-point type.
    """
    if (code := element_code(x)) not in FLOATS:
        raise BadInputError(f"{op}: a mask needs a floating-point tensor, not {x.dtype}")
    return x.view(ml_dtypes.bfloat16) if code == TensorProto.BFLOAT16 else x


def times_bit(op: str, x: npt.NDArray[Any], bit: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Return ``x * bit`` as ONNX Runtime's ``Mul(x, Cast(bit))`` gives it.

    Zeros keep the sign of x. A NaN turns quiet and keeps its payload. Infinity times 0 is the
    processor's own NaN. 16-bit floats are multiplied as float, which the runtime does too.
    """
    values = comparable(op, x)
    # A NaN among activations is data here, not an accident to warn about.
    with np.errstate(invalid="ignore"):
        if values.dtype in (np.float32, np.float64):
            return np.asarray(values * bit.astype(values.dtype))
        product = values.astype(np.float32) * bit.astype(np.float32)
        rounded = product.astype(values.dtype).view(np.uint16)
    # Written out on the bits: NumPy and the runtime's versions round a NaN in different ways.
    infinity, quiet = _NAN_BITS[values.dtype]
    bits = values.view(np.uint16)
    sign = np.signbit(product).astype(np.uint16) << np.uint16(15)
    result = np.where(np.isnan(product), sign | infinity | quiet, rounded)
    result = np.where(bits & np.uint16(0x7FFF) > infinity, bits | quiet, result)
    exact: npt.NDArray[Any] = result.astype(np.uint16).view(x.dtype)
    return exact
