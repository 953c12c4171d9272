"""The meaning of ``LayerNormGrad``, with the order of its sums."""

import math
from typing import Any

import numpy as np
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.errors import BadInputError
from bitgraph.reference.batch_norm import Floats, check_gradient
from bitgraph.reference.batch_norm_grad import plane_sums


class LayerNormGrad(OpRun):
    """``dX, dScale, dBias = LayerNormGrad(dY, X, scale, mean, inv_std)``.

    The gradient of layer normalization over the dims from ``axis`` on, a row; mean and inv_std have one
    element a row.

    Sums are those of ONNX Runtime on x86-64. Along a row: in lanes of four from the first multiple of 16
    bytes on, the tensor beginning at one. Down the columns: the first row, then four at a time as
    ``(1 + 2) + (3 + 4)``, then what is left; the last width % 4 columns row by row.
    """

    op_domain = domain.DOMAIN

    def _run(
        self,
        dy: Floats,
        x: Floats,
        scale: Floats,
        mean: Floats,
        inv_std: Floats,
        axis: int = 0,
        **_ignored: Any,
    ) -> tuple[Floats, ...]:
        op = domain.LAYER_NORM_GRAD
        check_gradient(op, dy, x)
        if not -x.ndim <= axis < x.ndim:
            raise BadInputError(f"{op}: axis is {axis}, X has rank {x.ndim}")
        first = axis % x.ndim
        rows, width = math.prod(x.shape[:first]), math.prod(x.shape[first:])
        for name, value, wanted in (
            ("scale", scale, width),
            ("mean", mean, rows),
            ("inv_std", inv_std, rows),
        ):
            if value.size != wanted:
                raise BadInputError(f"{op}: {name} has {value.size} elements, {wanted} are needed")
        flat, column = (rows, width), (rows, 1)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            gradients = dy.reshape(flat)
            normal = (x.reshape(flat) - mean.reshape(column)) * inv_std.reshape(column)
            own = gradients * scale.reshape(1, width) * inv_std.reshape(column)
            dx = own - _means(own) - normal * _means(own * normal)
            dscale, dbias = _column_sums(gradients * normal), _column_sums(gradients)
        return dx.reshape(x.shape), dscale.reshape(scale.shape), dbias.reshape(scale.shape)


def _means(rows: Floats) -> Floats:
    count, width = rows.shape
    heads = np.minimum(-np.arange(count) * width % 4, width)
    means: Floats = plane_sums(rows, heads).reshape(count, 1) / np.float32(width)
    return means


def _column_sums(rows: Floats) -> Floats:
    count, width = rows.shape
    if count == 0:
        return np.zeros(width, np.float32)
    packets = width - width % 4
    total: Floats = rows[0]
    grouped = (count - 1) // 4 * 4 + 1
    for i in range(1, grouped, 4):
        four = (rows[i] + rows[i + 1]) + (rows[i + 2] + rows[i + 3])
        single = ((total + rows[i]) + rows[i + 1] + rows[i + 2]) + rows[i + 3]
        total = np.concatenate([(total + four)[:packets], single[packets:]])
    for i in range(grouped, count):
        total = total + rows[i]
    return total
