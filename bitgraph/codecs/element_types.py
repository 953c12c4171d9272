"""Element types that can be held: ONNX's code for each, its NumPy type and its width."""

from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from bitgraph.errors import BadInputError

NUMPY_TYPES: dict[int, np.dtype[Any]] = {
    TensorProto.FLOAT: np.dtype(np.float32),
    TensorProto.UINT8: np.dtype(np.uint8),
    TensorProto.INT8: np.dtype(np.int8),
    TensorProto.UINT16: np.dtype(np.uint16),
    TensorProto.INT16: np.dtype(np.int16),
    TensorProto.INT32: np.dtype(np.int32),
    TensorProto.INT64: np.dtype(np.int64),
    TensorProto.BOOL: np.dtype(np.bool_),
    TensorProto.FLOAT16: np.dtype(np.float16),
    TensorProto.DOUBLE: np.dtype(np.float64),
    TensorProto.UINT32: np.dtype(np.uint32),
    TensorProto.UINT64: np.dtype(np.uint64),
    TensorProto.BFLOAT16: np.dtype(ml_dtypes.bfloat16),
    TensorProto.FLOAT8E4M3FN: np.dtype(ml_dtypes.float8_e4m3fn),
    TensorProto.FLOAT8E4M3FNUZ: np.dtype(ml_dtypes.float8_e4m3fnuz),
    TensorProto.FLOAT8E5M2: np.dtype(ml_dtypes.float8_e5m2),
    TensorProto.FLOAT8E5M2FNUZ: np.dtype(ml_dtypes.float8_e5m2fnuz),
}
"""ONNX ``TensorProto.DataType`` to the NumPy type of the same bits."""

_CODES: dict[np.dtype[Any], int] = {numpy_type: code for code, numpy_type in NUMPY_TYPES.items()}
_RECORD_CODES: dict[str, int] = {
    "bfloat16": TensorProto.BFLOAT16,
    "e4m3fn": TensorProto.FLOAT8E4M3FN,
    "e4m3fnuz": TensorProto.FLOAT8E4M3FNUZ,
    "e5m2": TensorProto.FLOAT8E5M2,
    "e5m2fnuz": TensorProto.FLOAT8E5M2FNUZ,
}


def element_code(array: npt.NDArray[Any]) -> int:
    """Return the ONNX element type of ``array``.

    Types that NumPy lacks come from onnx in two ways: its older releases use records of one named
    field over an unsigned integer, later ones the types of ``ml_dtypes``. Both are known here.

    Raises:
        BadInputError: The array's type cannot be held.
    """
    names = array.dtype.names
    code = _RECORD_CODES.get(names[0]) if names else _CODES.get(array.dtype)
    if code is None:
        raise BadInputError(
            f"a tensor of type {array.dtype} cannot be held; use one of ONNX's "
            "bool, integer, float16, bfloat16, float or double types"
        )
    return code


def element_width(code: int) -> int:
    """Return the bytes of one element of ONNX type ``code``."""
    return NUMPY_TYPES[code].itemsize


def bit_pattern(array: npt.NDArray[Any]) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Return the elements of ``array`` in order, as unsigned integers of the same bits."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.view(f"<u{array.dtype.itemsize}")
