"""Steps of an artifact directory, run as an on-device trainer runs them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bitgraph.measure.runner import Array, Batch
from bitgraph.measure.subject import Subject
from bitgraph.runtime.training import api

if TYPE_CHECKING:
    from onnxruntime import SessionOptions


class ModuleRunner:
    """Runs ``onnxruntime.training.api`` on the graph, the checkpoint and the optimizer."""

    def __init__(self, subject: Subject, options: "SessionOptions") -> None:
        self._state = api.CheckpointState.load_checkpoint(subject.checkpoint)
        self._module = api.Module(subject.graph, self._state, session_options=options)
        # The session of the optimizer would write its trace into the file of the training graph's.
        options.enable_profiling = False
        self._optimizer = subject.optimizer and api.Optimizer(subject.optimizer, self._module)
        self._data_names: list[str] = self._module.input_names()
        self._output_names: list[str] = self._module.output_names()

    def data_names(self) -> list[str]:
        """See StepRunner."""
        return self._data_names

    def step(self, batch: Batch) -> None:
        """See StepRunner."""
        self._module(*[batch[name] for name in self._data_names])
        self.update()

    def train(self, batch: Batch) -> dict[str, Array]:
        """See StepRunner."""
        results = self._module(*[batch[name] for name in self._data_names])
        if not isinstance(results, tuple):
            results = (results,)
        return dict(zip(self._output_names, results, strict=True))

    def update(self) -> None:
        """Step the optimizer, if there is one, and have the gradients start from zero again."""
        if self._optimizer:
            self._optimizer.step()
        self._module.lazy_reset_grad()

    def gradients(self) -> Iterator[tuple[str, Array]]:
        """See StepRunner."""
        for name, parameter in self._state.parameters:
            if parameter.requires_grad and (gradient := parameter.grad) is not None:
                yield name, gradient

    def parameters(self) -> Iterator[tuple[str, Array]]:
        """See StepRunner."""
        for name, parameter in self._state.parameters:
            yield name, parameter.data
