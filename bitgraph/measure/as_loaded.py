"""A graph as ONNX Runtime has it once it is loaded: fused, laid out anew, in the order of execution."""

import dataclasses
import pathlib
import tempfile
from collections.abc import Mapping, Sequence

import onnx_ir as ir

from bitgraph.domain import DOMAIN
from bitgraph.errors import BadInputError
from bitgraph.graph.peak import Timeline, simulate_loaded
from bitgraph.graph.sizes import Sizes
from bitgraph.measure.child import run_in_child
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject


@dataclasses.dataclass(frozen=True)
class Told:
    """What ONNX Runtime says.

    Attributes:
        models: The graphs as it has them, their nodes in the order of execution. Names of nodes that are
            not fused stay, and so do the notes on them.
        holds: By probe, whether each form gives its bits; empty where no model needs the library.
    """

    models: list[ir.Model]
    holds: Mapping[str, bool]

    def timelines(self, batch: int | None = None, dims: Mapping[str, int] | None = None) -> list[Timeline]:
        """Return the memory of one step of each of the graphs."""
        return [simulate_loaded(model, Sizes(model, batch, dims)) for model in self.models]


def ask_runtime(models: Sequence[ir.Model]) -> Told | None:
    """Let ONNX Runtime load ``models`` in a process of its own and return what it made of them.

    Returns:
        What it says; None when it is not installed or does not take one of the models.
    """
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as name:
        folder = pathlib.Path(name)
        subjects, out = [], []
        for number, model in enumerate(models):
            graph = folder / f"graph{number}.onnx"
            ir.save(model, graph, external_data=f"{graph.name}.data")
            register = any(node.domain == DOMAIN for node in model.graph.all_nodes())
            subjects.append(Subject(str(graph), None, None, register))
            out.append(str(folder / f"loaded{number}.onnx"))
        try:
            holds = run_in_child("loaded", subjects, folder, out=out)
        except BadInputError:
            return None
        return Told(
            [_with_notes(ir.load(path), model) for path, model in zip(out, models, strict=True)], holds
        )


def save_as_loaded(subjects: Sequence[Subject], out: Sequence[str]) -> dict[str, bool]:
    """Load each of ``subjects`` and write it to the path in ``out`` as it is then.

    Returns:
        What the library's probes answer, if one of them needs it.
    """
    import onnxruntime

    from bitgraph.doctor.forms import ask_forms

    for subject, path in zip(subjects, out, strict=True):
        options = open_options(subject, threads=1)
        options.optimized_model_filepath = path
        # It warns that the file fits this processor alone.
        options.log_severity_level = 3
        onnxruntime.InferenceSession(subject.graph, options, providers=["CPUExecutionProvider"])
    return ask_forms() if any(subject.register for subject in subjects) else {}


def _with_notes(loaded: ir.Model, model: ir.Model) -> ir.Model:
    """Put the metadata of nodes back, which ONNX Runtime does not write."""
    notes = {node.name: node.metadata_props for node in model.graph}
    for node in loaded.graph:
        node.metadata_props.update(notes.get(node.name, {}))
    return loaded
