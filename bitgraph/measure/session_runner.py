"""Steps of a training graph on its own, run in a plain session with seeded random parameters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import onnx_ir as ir

from bitgraph.graph.inputs import BUFFER_SUFFIX, Role, input_roles
from bitgraph.measure.random_values import parameter_values
from bitgraph.measure.runner import Array, Batch
from bitgraph.measure.subject import Subject

if TYPE_CHECKING:
    from onnxruntime import OrtValue, SessionOptions

_RATE = 1e-2
_GRADIENT_SUFFIX = "_grad"


class SessionRunner:
    """Runs an ``InferenceSession`` on the graph and keeps parameters and gradients beside it.

    Gradients are read from the accumulation buffers, or, in a graph that has none, from the
    outputs named ``<parameter>_grad``. The graph has no optimizer, so ``step`` is one run of it;
    ``update`` is plain gradient descent in NumPy, which makes the steps of a comparison differ.
    """

    def __init__(self, subject: Subject, options: "SessionOptions") -> None:
        import onnxruntime

        graph = ir.load(subject.graph).graph
        roles = input_roles(graph)
        self._roles = roles
        self._session = onnxruntime.InferenceSession(
            subject.graph, options, providers=["CPUExecutionProvider"]
        )
        self._to_ort = onnxruntime.OrtValue.ortvalue_from_numpy
        self._output_names: list[str] = [output.name for output in self._session.get_outputs()]
        self._held: dict[str, OrtValue] = {
            value.name: self._to_ort(parameter_values(value, roles[value.name]))
            for value in graph.inputs
            if value.name is not None and roles.get(value.name, Role.DATA) is not Role.DATA
        }
        self._results: dict[str, OrtValue] = {}

    def data_names(self) -> list[str]:
        """See StepRunner."""
        return [name for name, role in self._roles.items() if role is Role.DATA]

    def step(self, batch: Batch) -> None:
        """See StepRunner."""
        feeds = {name: self._to_ort(batch[name]) for name in self.data_names()}
        self._results = {}  # the last step's outputs are no part of this step
        results = self._session.run_with_ort_values(None, feeds | self._held)
        self._results = dict(zip(self._output_names, results, strict=True))

    def train(self, batch: Batch) -> dict[str, Array]:
        """See StepRunner."""
        self.step(batch)
        gradients = {f"{name}{_GRADIENT_SUFFIX}" for name in self._held}
        return {name: value.numpy() for name, value in self._results.items() if name not in gradients}

    def update(self) -> None:
        """Take a step of plain gradient descent."""
        for name, gradient in self.gradients():
            parameter = self._held[name]
            changed = parameter.numpy() - gradient * gradient.dtype.type(_RATE)
            parameter.update_inplace(np.ascontiguousarray(changed))

    def gradients(self) -> Iterator[tuple[str, Array]]:
        """See StepRunner."""
        for name, role in self._roles.items():
            if role is not Role.PARAMETER:
                continue
            buffer = self._held.get(f"{name}{BUFFER_SUFFIX}")
            held = buffer or self._results.get(f"{name}{_GRADIENT_SUFFIX}")
            if held is not None:
                yield name, held.numpy()

    def parameters(self) -> Iterator[tuple[str, Array]]:
        """See StepRunner."""
        for name, value in self._held.items():
            if self._roles[name] not in (Role.BUFFER, Role.FLAG):
                yield name, value.numpy()
