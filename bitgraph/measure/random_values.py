"""Seeded random values for the inputs of a training graph."""

import math
import zlib
from collections.abc import Sequence

import numpy as np
import onnx_ir as ir

from bitgraph.errors import BadInputError
from bitgraph.graph.inputs import Role
from bitgraph.measure.runner import Array

_SEED = 20260101


def data_values(name: str, dtype: ir.DataType, shape: Sequence[int], *, step: int, bound: int) -> Array:
    """Make one step's values of a data input.

    Args:
        name: The input's name.
        dtype: The input's element type.
        shape: Its shape with every dimension bound.
        step: The step, so that each has values of its own.
        bound: Integers lie in [0, bound).

    Raises:
        BadInputError: The element type has no NumPy values that ONNX Runtime takes.
    """
    rng = _rng(name, step)
    if dtype is ir.DataType.BOOL:
        # Mostly true: a boolean input is a mask, and what it keeps is most of the data.
        return rng.random(shape) < 0.9
    if dtype.is_integer():
        return rng.integers(0, bound, shape).astype(dtype.numpy())
    if dtype in (ir.DataType.FLOAT, ir.DataType.FLOAT16, ir.DataType.DOUBLE):
        return rng.standard_normal(shape).astype(dtype.numpy())
    raise BadInputError(f"input {name} has type {dtype.name}; give its values with --data")


def parameter_values(value: ir.Value, role: Role) -> Array:
    """Make the values of an input that is held from step to step.

    Raises:
        BadInputError: The shape or the type does not say what to make.
    """
    if value.shape is None or not value.shape.is_static() or value.dtype is None:
        raise BadInputError(
            f"input {value.name} has shape {value.shape}, so its values cannot be made up; "
            "compare artifact directories, which have a checkpoint"
        )
    shape = value.shape.numpy()
    return _values(value.name or "", role, shape).astype(value.dtype.numpy())


def _values(name: str, role: Role, shape: tuple[int, ...]) -> Array:
    rng = _rng(name, -1)
    if role is Role.FLAG:
        return np.ones(shape)
    if role in (Role.BUFFER, Role.MEAN, Role.CLIP_LOW):
        return np.zeros(shape)
    if role is Role.CLIP_HIGH:
        return np.full(shape, 6.0)
    if role is Role.VARIANCE:
        return rng.uniform(0.5, 1.5, shape)
    if len(shape) < 2:
        # A bias or a scale: near 1 serves both, and keeps a scale from silencing its channel.
        return rng.normal(1.0, 0.1, shape)
    fan_in = math.prod(shape[1:])
    return rng.normal(0.0, math.sqrt(2.0 / fan_in), shape)


def _rng(name: str, step: int) -> np.random.Generator:
    # crc32, because hash() of a string differs from process to process.
    return np.random.default_rng([_SEED, zlib.crc32(name.encode()), step + 1])
