"""What steps on real data showed of a training graph."""

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

FORMAT = "bitgraph profile"
VERSION = 1
"""Version of the file's layout: fields may be added to it, and a change of one makes the next."""


LEVELS = tuple(float(part) for part in np.arange(96) / 100)
"""Fractions of the elements whose levels are recorded: 0 to 0.95, by hundredths."""


@dataclasses.dataclass(frozen=True)
class Zeros:
    """The fraction of elements whose bits are all zero (-0.0 and NaN are not), over the steps.

    Attributes:
        mean: Mean over the steps.
        min: Lowest of all steps.
        max: Highest of all steps.
    """

    mean: float
    min: float
    max: float


@dataclasses.dataclass(frozen=True)
class TensorProfile:
    """One stash.

    Attributes:
        name: The tensor.
        op_type: The operator that makes it.
        dtype: Its element type, as in ``float32``.
        shape: Its dims in the steps.
        zeros: How many zeros it held.
        levels: For each of ``LEVELS`` the value below which that fraction of the elements lay, the mean of
            the steps; empty when they were not recorded.
    """

    name: str
    op_type: str
    dtype: str
    shape: tuple[int, ...]
    zeros: Zeros
    levels: tuple[float, ...] = ()


@dataclasses.dataclass(frozen=True)
class NodeProfile:
    """One node, as ONNX Runtime ran it: what it fused has names of its own.

    Attributes:
        name: The node.
        op_type: Its operator.
        seconds: Median time of its kernel within a step.
    """

    name: str
    op_type: str
    seconds: float


@dataclasses.dataclass(frozen=True)
class Profile:
    """Some steps of a training graph.

    Attributes:
        model: The graph or directory that was stepped.
        data: Where the data came from; None for random data.
        batch: Samples in a step.
        steps: How many steps.
        step_seconds: Median time of a step, counting included.
        counting_seconds: Median time within a step that was spent on counting zeros.
        dims: What the symbolic dims of the data inputs were.
        tensors: The stashes whose zeros were counted, in the order of the forward pass.
        nodes: The nodes in the order of execution.
    """

    model: str
    data: str | None
    batch: int
    steps: int
    step_seconds: float
    counting_seconds: float
    dims: Mapping[str, int]
    tensors: tuple[TensorProfile, ...]
    nodes: tuple[NodeProfile, ...]

    @cached_property
    def _zeros(self) -> dict[str, Zeros]:
        return {tensor.name: tensor.zeros for tensor in self.tensors}

    @cached_property
    def _levels(self) -> dict[str, tuple[float, ...]]:
        return {tensor.name: tensor.levels for tensor in self.tensors}

    @cached_property
    def _seconds(self) -> dict[tuple[str, str], float | None]:
        seconds: dict[tuple[str, str], float | None] = {}
        for node in self.nodes:
            key = (node.name, node.op_type)
            seconds[key] = None if key in seconds else node.seconds
        return seconds

    def zeros(self, name: str) -> Zeros | None:
        """Return the zeros of the tensor ``name``, or None when they were not counted."""
        return self._zeros.get(name)

    def levels(self, name: str) -> tuple[float, ...]:
        """Return the levels of the tensor ``name``, empty when they were not recorded."""
        return self._levels.get(name, ())

    def seconds(self, name: str, op_type: str) -> float | None:
        """Return the time of a node, or None when it was not measured or has its name with others."""
        return self._seconds.get((name, op_type))

    def to_json(self) -> dict[str, Any]:
        """Return the profile as plain data; the keys are stable."""
        return {"format": FORMAT, "version": VERSION, **dataclasses.asdict(self)}
