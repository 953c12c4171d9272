"""Write a net's training artifacts, as onnxruntime makes them."""

import pathlib
import tempfile
from collections.abc import Collection

import onnx

from bitgraph.files import make_artifacts
from zoo.net import Net


def write_artifacts(
    net: Net, directory: pathlib.Path, optimizer: str = "sgd", trained: Collection[str] | None = None
) -> None:
    """Write training, eval and optimizer model and checkpoint, with cross-entropy as the loss.

    All parameters are trained, or those that are named.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        forward = pathlib.Path(folder, f"{net.model.graph.name}.onnx")
        onnx.save(net.model, forward)
        make_artifacts(forward, "cross-entropy", optimizer, directory, trained=trained)
