"""Batches cut from the arrays that a user gives."""

import pathlib
import zipfile

import numpy as np
import onnx_ir as ir

from bitgraph.errors import BadInputError
from bitgraph.measure.runner import Array, Batch


def given_batches(path: pathlib.Path, inputs: list[ir.Value], size: int, steps: int | None) -> list[Batch]:
    """Cut each array along its first axis into steps of ``size`` samples.

    An array whose shape is just the shape of a batchless input (a scalar, a table) goes whole
    into every step. Samples after the last full step are left out; with more steps asked than
    there are, the data starts over.

    Args:
        path: An NPZ file with an array named like each data input.
        inputs: The graph's data inputs.
        size: Samples in a step.
        steps: How many steps; if absent, as many as there are.

    Raises:
        BadInputError: The file, a name, a type, a shape or the number of samples does not fit.
    """
    arrays = _read(path)
    names = [str(value.name) for value in inputs]
    if missing := [name for name in names if name not in arrays]:
        raise BadInputError(f"{path}: no array for input {missing[0]}; it has {_listed(arrays)}")
    if unknown := [name for name in arrays if name not in names]:
        raise BadInputError(f"{path}: array {unknown[0]} is no input; those are {_listed(names)}")
    fitted = {str(v.name): _fitted(path, v, arrays[str(v.name)], size) for v in inputs}
    whole = {name for name, value in zip(names, inputs, strict=True) if _is_whole(value, size)}
    rows = {name: len(array) for name, array in fitted.items() if name not in whole}
    if len(set(rows.values())) > 1:
        raise BadInputError(f"{path}: arrays of different length: {rows}")
    available = min(rows.values(), default=size) // size
    if not available:
        raise BadInputError(
            f"{path}: {min(rows.values())} samples do not fill one step of {size}; give a smaller --batch"
        )
    return [
        {
            name: array if name in whole else array[start * size : (start + 1) * size]
            for name, array in fitted.items()
        }
        for start in (step % available for step in range(steps or available))
    ]


def _read(path: pathlib.Path) -> dict[str, Array]:
    try:
        # Opened here, because numpy leaves a broken archive open.
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                raise BadInputError(f"{path}: one array without a name; write it with numpy.savez")
            return {name: loaded[name] for name in loaded.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadInputError(f"{path}: not a readable NPZ file ({error})") from error


def _fitted(path: pathlib.Path, value: ir.Value, array: Array, size: int) -> Array:
    where = f"{path}: array {value.name}"
    if value.dtype is None or value.shape is None:
        raise BadInputError(f"{where}: the graph gives this input no type or no shape")
    target = value.dtype.numpy()
    if not np.can_cast(array.dtype, target, casting="same_kind"):
        raise BadInputError(f"{where} has type {array.dtype}, the graph wants {target}")
    tail_from = 0 if _is_whole(value, size) else 1
    if array.ndim != len(value.shape) or any(
        isinstance(dim, int) and dim != have
        for dim, have in zip(value.shape[tail_from:], array.shape[tail_from:], strict=True)
    ):
        raise BadInputError(f"{where} has shape {array.shape}, the graph wants {value.shape}")
    return np.ascontiguousarray(array, dtype=target)


def _is_whole(value: ir.Value, size: int) -> bool:
    """Tell whether an input has no batch axis."""
    return not value.shape or (isinstance(value.shape[0], int) and value.shape[0] != size)


def _listed(names: object) -> str:
    return ", ".join(map(str, names)) if isinstance(names, (dict, list)) else str(names)
