"""Makes training artifacts from a forward model, with ONNX Runtime's own tool."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Collection

from bitgraph.errors import BadInputError
from bitgraph.files.forward import prepare_forward
from bitgraph.files.model_file import write_model
from bitgraph.files.parameters import find_parameters

LOSSES = {
    "cross-entropy": "CrossEntropyLoss",
    "mse": "MSELoss",
    "bce-with-logits": "BCEWithLogitsLoss",
    "l1": "L1Loss",
}
"""Losses by name, and what ONNX Runtime calls them."""

OPTIMIZERS = {"sgd": "SGD", "adamw": "AdamW"}
"""Optimizers by name, and what ONNX Runtime calls them."""


def make_artifacts(
    forward: str | os.PathLike[str],
    loss: str,
    optimizer: str | None,
    directory: str | os.PathLike[str],
    output: str | None = None,
    trained: Collection[str] | None = None,
) -> None:
    """Make training, evaluation and optimizer graph and a checkpoint from a forward model.

    All float32 initializers that can have a gradient are trained, or those of them that are named; running
    means and variances are kept in the checkpoint without.

    Args:
        forward: The ``.onnx`` file.
        loss: One of ``LOSSES``.
        optimizer: One of ``OPTIMIZERS``, or None for no optimizer graph.
        directory: An existing directory; the files are written into it.
        output: The output that the loss is computed from; the first if None.
        trained: Those of the initializers that are trained; the others are kept as they are.

    Raises:
        BadInputError: The model cannot be trained; the message names the node where it is known.
    """
    path = pathlib.Path(forward)
    if not path.exists():
        raise BadInputError(f"{path}: does not exist; give an .onnx file")
    for name, choices in ((loss, LOSSES), (optimizer, OPTIMIZERS)):
        if name is not None and name not in choices:
            raise BadInputError(f"'{name}' is not one of {', '.join(choices)}")
    model = prepare_forward(path, output, labels_by_class=loss == "cross-entropy")
    try:
        parameters = find_parameters(model)
    except BadInputError as error:
        raise BadInputError(f"{path}: {error}") from error
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as scratch:
        prepared = pathlib.Path(scratch, "forward.onnx")
        write_model(model, prepared)
        order: dict[str, object] = {
            "forward": str(prepared),
            "trained": [name for name in parameters.trained if trained is None or name in trained],
            "frozen": [*parameters.frozen, *(n for n in parameters.trained if trained and n not in trained)],
            "loss": LOSSES[loss],
            "optimizer": OPTIMIZERS[optimizer] if optimizer else None,
            "directory": os.fspath(directory),
        }
        _run_worker(order, path)


def _run_worker(order: dict[str, object], path: pathlib.Path) -> None:
    # In a process of its own: ONNX Runtime writes its log to stderr while it builds gradients,
    # whatever the log level, and some graphs crash it.
    done = subprocess.run(
        [sys.executable, "-m", "bitgraph.files.artifacts_worker"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
        check=False,
    )
    if done.returncode == 0:
        return
    lines = done.stdout.splitlines() or done.stderr.splitlines()
    reason = lines[-1] if lines else f"it ended with status {done.returncode}"
    raise BadInputError(f"{path}: ONNX Runtime cannot make a training graph of it: {reason}")
