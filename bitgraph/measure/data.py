"""The batches that both models of a comparison are stepped with: given ones or random ones."""

import dataclasses
import os
import pathlib
from collections.abc import Iterable

import onnx_ir as ir

from bitgraph.domain import BATCH_KEY
from bitgraph.errors import BadInputError
from bitgraph.measure.given_data import given_batches
from bitgraph.measure.random_values import data_values
from bitgraph.measure.ranges import upper_bound
from bitgraph.measure.runner import Batch

_DEFAULT_BATCH = 8
_DEFAULT_STEPS = 5
# Symbolic dimensions other than the batch: large enough for an image net's downsampling and
# small enough for a sequence model's table of positions.
_DEFAULT_DIM = 64


@dataclasses.dataclass(frozen=True)
class Batches:
    """Data for some steps.

    Attributes:
        size: Samples in a batch.
        steps: One batch per step.
    """

    size: int
    steps: list[Batch]


def make_batches(
    model: ir.Model,
    names: Iterable[str],
    *,
    data: str | os.PathLike[str] | None = None,
    batch: int | None = None,
    steps: int | None = None,
) -> Batches:
    """Read or make the data for some steps.

    Args:
        model: The training graph.
        names: Its data inputs.
        data: An NPZ file with an array for each data input, split along the first axis.
        batch: Samples in a step; if absent, what the model says, else 8.
        steps: How many steps; if absent 5, or as many as there is data for.

    Raises:
        BadInputError: Data and graph do not fit.
    """
    for option, number in (("batch", batch), ("steps", steps)):
        if number is not None and number < 1:
            raise BadInputError(f"--{option} is {number}; it must be at least 1")
    inputs = [value for value in model.graph.inputs if value.name in set(names)]
    if not inputs:
        raise BadInputError("no input of the graph is data: all are parameters, as far as their use tells")
    size = _batch_size(model, inputs, batch)
    if data is not None:
        return Batches(size, given_batches(pathlib.Path(data), inputs, size, steps))
    symbols = {str(value.shape[0]) for value in inputs if value.shape}
    count = _DEFAULT_STEPS if steps is None else steps
    return Batches(size, [_random_batch(inputs, symbols, size, step) for step in range(count)])


def bound_dims(model: ir.Model, batch: Batch) -> dict[str, int]:
    """Return what the symbolic dims of the data inputs are in ``batch``."""
    dims: dict[str, int] = {}
    for value in model.graph.inputs:
        array = batch.get(str(value.name))
        if array is None or value.shape is None:
            continue
        for dim, number in zip(value.shape, array.shape, strict=True):
            if isinstance(dim, ir.SymbolicDim) and dim.value is not None and number > 0:
                dims.setdefault(str(dim.value), number)
    return dims


def _batch_size(model: ir.Model, inputs: list[ir.Value], asked: int | None) -> int:
    static = {
        value.name: value.shape[0] for value in inputs if value.shape and isinstance(value.shape[0], int)
    }
    symbolic = any(value.shape and not isinstance(value.shape[0], int) for value in inputs)
    if static and not symbolic:
        name, fixed = next(iter(static.items()))
        if asked is not None and asked != fixed:
            raise BadInputError(
                f"--batch is {asked}, but the graph fixes the batch: input {name} has {fixed} samples"
            )
        return int(fixed)
    noted = model.metadata_props.get(BATCH_KEY, "")
    return asked or (int(noted) if noted.isdecimal() and int(noted) else _DEFAULT_BATCH)


def _random_batch(inputs: list[ir.Value], symbols: set[str], size: int, step: int) -> Batch:
    return {
        str(value.name): data_values(
            str(value.name),
            _type(value),
            _bound_shape(value, symbols, size),
            step=step,
            bound=upper_bound(value),
        )
        for value in inputs
    }


def _type(value: ir.Value) -> ir.DataType:
    if value.dtype is None:
        raise BadInputError(f"input {value.name} has no element type; give it one in the graph")
    return value.dtype


def _bound_shape(value: ir.Value, symbols: set[str], size: int) -> list[int]:
    if value.shape is None:
        raise BadInputError(f"input {value.name} has no shape; give its values with --data")
    # Any dimension may hold the batch: an axis is the batch if its symbol leads an input.
    return [
        dim if isinstance(dim, int) else size if not axis or str(dim) in symbols else _DEFAULT_DIM
        for axis, dim in enumerate(value.shape)
    ]
