"""The meaning of ``ConvGradInPlace`` and ``ConvGradHeld``."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.codecs import Bitmap, Coded, Dense
from bitgraph.errors import BitgraphError
from bitgraph.reference.held import read_held, told_by

Floats = npt.NDArray[np.float32]


class ConvGradInPlace(OpRun):
    """``dX, dW, dB = ConvGradInPlace(dY, X, W)``: the gradients of ``Conv(X, W, B)``.

    The attributes are those of the Conv. The runtime rounds each of its sums in an order of its own; here
    they are exact but for one rounding.
    """

    op_domain = domain.DOMAIN

    def _run(self, dy: Floats, x: Floats, w: Floats, **attributes: Any) -> tuple[Floats, ...]:
        return gradients(domain.CONV_GRAD_IN_PLACE, dy, x, w, **attributes)[: len(self.onnx_node.output)]


class ConvGradHeld(OpRun):
    """``dX, dW, dB = ConvGradHeld(dY, held, W)``: the same of the X that is held."""

    op_domain = domain.DOMAIN

    def _run(
        self, dy: Floats, held: npt.NDArray[np.uint8], w: Floats, **attributes: Any
    ) -> tuple[Floats, ...]:
        with told_by(domain.CONV_GRAD_HELD):
            x = read_held(held, (Bitmap, Dense, Coded), TensorProto.FLOAT)
        return gradients(domain.CONV_GRAD_HELD, dy, x, w, **attributes)[: len(self.onnx_node.output)]


def gradients(
    op: str,
    dy: Floats,
    x: Floats,
    w: Floats,
    *,
    auto_pad: str | None = None,
    dilations: Sequence[int] | None = None,
    group: int | None = None,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
    **_ignored: Any,
) -> tuple[Floats, Floats, Floats]:
    """Return dX, dW and dB, each a sum over the places of the kernel.

    Raises:
        BitgraphError: dY is not the gradient of such a convolution, or it pads itself.
    """
    if auto_pad not in (None, "", "NOTSET", "VALID"):
        raise BitgraphError(f"{op}: attribute 'auto_pad' is '{auto_pad}', which is not supported")
    axes = x.ndim - 2
    dilations, strides = dilations or [1] * axes, strides or [1] * axes
    pads, group = pads or [0] * 2 * axes, group or 1
    padded = np.pad(x.astype(np.float64), [(0, 0), (0, 0), *zip(pads[:axes], pads[axes:], strict=True)])
    places = [
        max(0, (side - (kernel - 1) * dilation - 1) // stride + 1)
        for side, kernel, dilation, stride in zip(
            padded.shape[2:], w.shape[2:], dilations, strides, strict=True
        )
    ]
    expected = (x.shape[0], w.shape[0], *places)
    if dy.shape != expected or x.shape[1] != w.shape[1] * group or w.shape[0] % group:
        raise BitgraphError(
            f"{op}: dY has shape {dy.shape}, not {expected} of X {x.shape} and W {w.shape} in {group} groups"
        )
    makers = w.shape[0] // group
    images = padded.reshape(x.shape[0], group, w.shape[1], *padded.shape[2:])
    kernels = w.astype(np.float64).reshape(group, makers, *w.shape[1:])
    upstream = dy.astype(np.float64).reshape(x.shape[0], group, makers, math.prod(places))
    dimages, dkernels = np.zeros_like(images), np.zeros_like(kernels)
    for at in itertools.product(*map(range, w.shape[2:])):
        seen = _seen_from(at, dilations, strides, places)
        under = images[seen]
        columns = under.reshape(*under.shape[:3], upstream.shape[3])
        dkernels[(slice(None),) * 3 + at] = (upstream @ columns.swapaxes(2, 3)).sum(axis=0)
        back = kernels[(slice(None),) * 3 + at].swapaxes(1, 2) @ upstream
        dimages[seen] += back.reshape(under.shape)
    inner = tuple(slice(begin, begin + side) for begin, side in zip(pads, x.shape[2:], strict=False))
    dx = dimages.reshape(padded.shape)[(slice(None),) * 2 + inner]
    db = dy.sum(axis=(0, *range(2, dy.ndim)), dtype=np.float64)
    return dx.astype(np.float32), dkernels.reshape(w.shape).astype(np.float32), db.astype(np.float32)


def _seen_from(
    at: tuple[int, ...], dilations: Sequence[int], strides: Sequence[int], places: Sequence[int]
) -> tuple[slice, ...]:
    """The part of the images that one element of the kernel meets."""
    along = (
        slice(k * dilation, k * dilation + max(0, stride * (count - 1) + 1), stride)
        for k, dilation, stride, count in zip(at, dilations, strides, places, strict=True)
    )
    return (slice(None),) * 3 + tuple(along)
