"""The process in which ONNX Runtime makes artifacts: an order on stdin, a reason on stdout.

Run as ``python -m bitgraph.files.artifacts_worker``. Exit status 0: the artifacts are there and
load; 1: they could not be made, and the last line on stdout says why.
"""

import json
import pathlib
import re
import sys
from typing import Any

import onnx

_NO_GRADIENT = re.compile(r"gradient builder has not been registered: (\w+) for node (\S*)")
_NO_KERNEL = re.compile(r"Could not find an implementation for (\w+)\S* node with name '([^']*)'")
_NO_OUTPUT = re.compile(r"i < node_->OutputDefs\(\)\.size\(\)")
_SOURCE_LINE = re.compile(r"^/\S+?:\d+ .*?(?:was false\. ?|\[ONNXRuntimeError\] : \d+ : \w+ : )", re.S)


def main() -> None:
    """Carry out the order on stdin."""
    order = json.load(sys.stdin)
    try:
        _generate(order)
        _load(pathlib.Path(order["directory"]))
    except Exception as error:  # whatever ONNX Runtime raises: it has one type for all
        print(explain(str(error)))
        sys.exit(1)


def explain(message: str) -> str:
    """Give what ``message`` of ONNX Runtime says in one line, without its source positions."""
    if found := _NO_GRADIENT.search(message):
        return f"node '{found[2]}' ({found[1]}) has no gradient there; replace it in the model"
    if found := _NO_KERNEL.search(message):
        return f"node '{found[2]}' ({found[1]}) has no CPU kernel there; replace it in the model"
    if _NO_OUTPUT.search(message):
        return "a gradient needs an output that its node does not declare; export in training mode"
    return " ".join(_SOURCE_LINE.sub("", message).split())[:500] or "it gave no reason"


def _generate(order: dict[str, Any]) -> None:
    from bitgraph.runtime.training import artifacts

    model, optimizer = onnx.load(order["forward"]), order["optimizer"]
    declared = any(entry.name == "labels" for entry in model.graph.input)
    artifacts.generate_artifacts(
        model,
        requires_grad=order["trained"],
        frozen_params=order["frozen"],
        loss=_loss_of_declared_labels() if declared else artifacts.LossType[order["loss"]],
        optimizer=artifacts.OptimType[optimizer] if optimizer else None,
        artifact_directory=order["directory"],
    )


def _loss_of_declared_labels() -> Any:
    """Cross-entropy with the graph's own input: ONNX Runtime adds a second one if no node reads it yet."""
    from onnxruntime.training import onnxblock

    class Loss(onnxblock.loss.CrossEntropyLoss):  # type: ignore[misc]  # onnxruntime has no types
        def build(self, scores_input_name: str, labels_name: str = "labels") -> str:
            declared = len(self.base.graph.input)
            output: str = super().build(scores_input_name, labels_name)
            del self.base.graph.input[declared:]
            return output

    return Loss()


def _load(directory: pathlib.Path) -> None:
    """Load the training graph once: some gradients are made that no kernel can run."""
    from bitgraph.runtime.training import api

    state = api.CheckpointState.load_checkpoint(directory / "checkpoint")
    api.Module(directory / "training_model.onnx", state)


if __name__ == "__main__":
    main()
