"""How one training step is run, whatever the kind of graph."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bitgraph.measure.subject import Subject

if TYPE_CHECKING:
    from onnxruntime import SessionOptions

Array = np.ndarray[Any, Any]
Batch = Mapping[str, Array]
"""The data inputs of one step by name."""


class StepRunner(Protocol):
    """A training graph in a session, with its parameters.

    ``step`` is what a trainer does and what is measured. ``train`` and ``update`` are its two
    halves, for those who look at the gradients in between.
    """

    def data_names(self) -> list[str]:
        """Give the names of the inputs that a batch must hold, in the graph's order."""

    def step(self, batch: Batch) -> None:
        """Run forward and backward pass and, where there is one, the optimizer."""

    def train(self, batch: Batch) -> dict[str, Array]:
        """Run forward and backward pass and give the outputs by name, the loss first."""

    def update(self) -> None:
        """Change the parameters by their gradients."""

    def gradients(self) -> Iterator[tuple[str, Array]]:
        """Give the gradient of each trained parameter, under the parameter's name."""

    def parameters(self) -> Iterator[tuple[str, Array]]:
        """Give every parameter, the frozen ones too, and running statistics."""


def open_runner(subject: Subject, options: "SessionOptions") -> StepRunner:
    """Load a subject into the kind of session that fits it."""
    if subject.checkpoint is not None:
        # Imported here: it needs the training build of ONNX Runtime, sessions do not.
        from bitgraph.measure.module_runner import ModuleRunner

        return ModuleRunner(subject, options)
    from bitgraph.measure.session_runner import SessionRunner

    return SessionRunner(subject, options)
