"""The meaning of ``DropoutPack`` and ``DropoutBitsGrad``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bits, MalformedBlobError
from bitgraph.errors import BadInputError
from bitgraph.reference.batch_norm import Floats, product
from bitgraph.reference.held import read_held, told_by

_MODULUS, _MULTIPLIER = 2**31 - 1, 16807


class DropoutPack(OpRun):
    """``Y, held = DropoutPack(X)``: Dropout in training mode, and one bit an element: 1 where it was kept.

    Y is ``X * bit / (1 - ratio)``. Element i is kept where number i + 1 of the random engine, as a float in
    [0, 1), is not below the ratio. The engine (``x -> 16807 x`` modulo 2^31 - 1) begins at the seed in each
    call, which is one more than in the last. Without a seed it is here 0 always, in the runtime that of a
    generator which all nodes share.
    """

    op_domain = domain.DOMAIN

    def _run(self, x: Floats, ratio: float = 0.0, seed: int = 0) -> tuple[npt.NDArray[Any], ...]:
        bits = _drawn(x.size, _checked(domain.DROPOUT_PACK, ratio), seed).reshape(x.shape)
        return _dropped(x, bits, ratio), Bits().encode(bits, TensorProto.BOOL)


class DropoutBitsGrad(OpRun):
    """``dX = DropoutBitsGrad(dY, held)``: ``dY * bit / (1 - ratio)``."""

    op_domain = domain.DOMAIN

    def _run(
        self, dy: Floats, held: npt.NDArray[np.uint8], ratio: float = 0.0, **_ignored: Any
    ) -> tuple[Floats, ...]:
        _checked(domain.DROPOUT_BITS_GRAD, ratio)
        with told_by(domain.DROPOUT_BITS_GRAD):
            bits = read_held(held, (Bits,), TensorProto.BOOL)
            if bits.size != dy.size:
                raise MalformedBlobError("number of held bits", bits.size, dy.size)
        return (_dropped(dy, bits.reshape(dy.shape), ratio),)


def _checked(op: str, ratio: float) -> float:
    if not 0 < ratio < 1:
        raise BadInputError(f"{op}: ratio is {ratio:g}, not between 0 and 1")
    return ratio


def _drawn(count: int, ratio: float, seed: int) -> npt.NDArray[np.bool_]:
    numbers = np.empty(count, np.uint32)
    number = seed % 2**64 % _MODULUS or 1
    for i in range(count):
        number = number * _MULTIPLIER % _MODULUS
        numbers[i] = number
    drawn = (numbers - np.uint32(1)).astype(np.float32) / np.float32(2**31)
    return np.asarray((drawn >= 1) | (drawn >= np.float32(ratio)))


def _dropped(x: Floats, bits: npt.NDArray[np.bool_], ratio: float) -> Floats:
    with np.errstate(invalid="ignore", over="ignore"):
        result: Floats = product(x, bits.astype(np.float32)) / (np.float32(1) - np.float32(ratio))
    return result
