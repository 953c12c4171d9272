"""A net as it came and optimized: what real steps of both give and need."""

import dataclasses
import functools
import pathlib
from collections.abc import Mapping
from typing import Any

import onnx_ir as ir
from zoo.artifacts import write_artifacts
from zoo.net import Net

import bitgraph
from bitgraph import files
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject, with_same_parameters
from bitgraph.measure.subject import Subject

STEPS = 2


@dataclasses.dataclass(frozen=True)
class Measured:
    """Both of them.

    Attributes:
        folder: Where they are.
        outcome: Of optimizing.
        subjects: By name, ``stock`` and ``optimized``, with the same parameters.
    """

    folder: pathlib.Path
    outcome: bitgraph.Optimized
    subjects: Mapping[str, Subject]

    @property
    def operators(self) -> set[str]:
        """Operators of the optimized graph."""
        assert isinstance(self.outcome.model, ir.Model)
        return {node.op_type for node in self.outcome.model.graph}

    def run(self, deed: str, name: str) -> Any:
        """Run some steps of one of them in a process of its own."""
        batches = str(self.folder / "batches.npz")
        return run_in_child(deed, [self.subjects[name]], self.folder, batches=batches, threads=None)

    @functools.cached_property
    def stock_bits(self) -> Any:
        """Digests of stock's losses, gradients and parameters."""
        return self.run("digests", "stock")

    def is_identical(self) -> bool:
        """Whether losses, gradients and parameters have the same bits."""
        return bool(self.run("digests", "optimized") == self.stock_bits)

    @functools.cached_property
    def peak_ratio(self) -> float:
        """The measured peak over stock's."""
        return float(self.run("peak", "optimized") / self.run("peak", "stock"))


def optimized(net: Net, config: bitgraph.Config, folder: pathlib.Path) -> Measured:
    """Optimize ``net`` into ``folder`` and give both."""
    write_artifacts(net, folder / "stock")
    loaded = files.load(folder / "stock")
    outcome = bitgraph.optimize(loaded.model, config)
    assert isinstance(outcome.model, ir.Model)
    files.save(loaded, outcome.model, folder / "optimized")
    (stock, model), (rewritten, _) = open_subject(folder / "stock"), open_subject(folder / "optimized")
    stock, rewritten = with_same_parameters(stock, rewritten)
    steps = make_batches(model, ["input", "labels"], batch=config.batch, steps=STEPS).steps
    save_batches(steps, folder / "batches.npz")
    return Measured(folder, outcome, {"stock": stock, "optimized": rewritten})
