"""A step of Microsoft Olive's workflows; ``olive run --package-config`` is how it is found."""

from pathlib import Path
from typing import Any

import onnx_ir as ir
from olive.model import ONNXModelHandler
from olive.passes import Pass
from olive.passes.pass_config import PassConfigParam

import bitgraph


class TrainingMemory(Pass):  # type: ignore[misc]  # Olive has no types
    """Rewrite a training graph, a step of it or that of artifacts, so that a step needs less memory.

    Its options are those of ``bitgraph.Config`` that have a default of their own there.
    """

    @classmethod
    def _default_config(cls, accelerator_spec: Any) -> dict[str, Any]:
        del accelerator_spec  # the graph is the same for each
        return {
            "batch": PassConfigParam(type_=int, description="Samples in a step."),
            "budget": PassConfigParam(type_=str, description="Peak to keep: 64MiB, 40%, or min."),
            "loss_output": PassConfigParam(type_=str, description="Output that is the loss."),
        }

    def _run_for_config(self, model: Any, config: Any, output_model_path: str) -> Any:
        budget = bitgraph.parse_budget(config.budget) if config.budget else None
        options = bitgraph.Config(batch=config.batch, budget=budget, loss_output=config.loss_output)
        optimized = bitgraph.optimize(model.model_path, options)
        folder = Path(output_model_path).with_suffix("")
        folder.mkdir(parents=True, exist_ok=True)
        ir.save(optimized.model, folder / "model.onnx")
        return ONNXModelHandler(model_path=folder, onnx_file_name="model.onnx")
