"""The meaning of ``BatchNormGrad``, with the order of its sums."""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.reference.batch_norm import Floats, check_channels, check_gradient, masked, normalized


class BatchNormGrad(OpRun):
    """``dX, dScale, dBias = BatchNormGrad(dY, X, scale, mean, inv_std, bias?)``.

    The gradient of batch normalization in training mode. With ``activation`` ``relu`` or ``clip``
    (``low``, ``high``) dY is that of the activation behind it and is masked first, as
    ``BatchNormMaskGrad`` does; that needs bias. epsilon is as in ``BatchNormRecompute``.

    Sums are those of ONNX Runtime on x86-64: plane by plane, each in lanes of four. dBias takes the
    elements up to the first address that is a multiple of 16 one by one; tensors begin at one.
    """

    op_domain = domain.DOMAIN

    def _run(
        self,
        dy: Floats,
        x: Floats,
        scale: Floats,
        mean: Floats,
        inv_std: Floats,
        bias: Floats | None = None,
        activation: str = "",
        low: float = -np.inf,
        high: float = np.inf,
        **_ignored: Any,
    ) -> tuple[Floats, ...]:
        op = domain.BATCH_NORM_GRAD
        check_channels(op, x, {"scale": scale, "mean": mean, "inv_std": inv_std})
        check_gradient(op, dy, x)
        if activation != "none":
            offset = np.zeros(0, np.float32) if bias is None else bias
            y = normalized(op, x, scale, offset, mean, inv_std)
            dy = masked(op, activation, dy, y, low, high)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            return _gradients(dy, x, scale, mean, inv_std)


def _gradients(dy: Floats, x: Floats, scale: Floats, mean: Floats, inv_std: Floats) -> tuple[Floats, ...]:
    samples, channels = x.shape[:2]
    plane = int(np.prod(x.shape[2:]))
    vector = (1, channels, 1)
    gradients = dy.reshape(samples, channels, plane)
    centered = x.reshape(samples, channels, plane) - mean.reshape(vector)
    terms = centered * inv_std.reshape(vector) * gradients

    starts = np.arange(samples * channels).reshape(samples, channels) * plane
    heads = np.minimum(-starts % 4, plane)
    dbias, dscale = np.zeros_like(scale), np.zeros_like(scale)
    for sample in range(samples):
        dbias = dbias + plane_sums(gradients[sample], heads[sample])
        dscale = dscale + plane_sums(terms[sample], np.zeros_like(heads[sample]))

    factor = scale * inv_std / np.float32(samples * plane)
    own = gradients * np.float32(samples) * np.float32(plane) - dbias.reshape(vector)
    shared = centered * dscale.reshape(vector) * inv_std.reshape(vector)
    dx = factor.reshape(vector) * (own - shared)
    return dx.reshape(x.shape), dscale, dbias


def plane_sums(planes: Floats, heads: npt.NDArray[np.int64]) -> Floats:
    """Return the sum of each row: lanes from its head on."""
    sums = np.zeros(len(planes), np.float32)
    for head in np.unique(heads):
        sums[heads == head] = _lane_sums(planes[heads == head], int(head))
    return sums


def _lane_sums(rows: Floats, head: int) -> Floats:
    size = rows.shape[1]
    end = head + (size - head) // 4 * 4
    if end == head:
        singles = [*range(1, size)]
        total = rows[:, 0] if size else np.zeros(len(rows), np.float32)
    else:
        packets = rows[:, head:end].reshape(len(rows), -1, 4)
        first = packets[:, 0]
        if packets.shape[1] > 1:
            pairs = packets.shape[1] // 2
            second = packets[:, 1]
            for i in range(1, pairs):
                first, second = first + packets[:, 2 * i], second + packets[:, 2 * i + 1]
            first = first + second
            for i in range(2 * pairs, packets.shape[1]):
                first = first + packets[:, i]
        total = (first[:, 0] + first[:, 2]) + (first[:, 1] + first[:, 3])
        singles = [*range(head), *range(end, size)]
    for i in singles:
        total = total + rows[:, i]
    return total
