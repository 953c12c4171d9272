"""The client: its local training is a process that runs an artifact of ONNX Runtime."""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

PROGRAM = pathlib.Path(__file__).with_name("local_training.py")


class TrainingError(Exception):
    """Local training ended without parameters; the message says why."""


def train_locally(parameters, order):
    """Train one client.

    Args:
        parameters: Arrays by name.
        order: What ``local_training.py`` takes but for ``parameters`` and ``out``.

    Returns:
        The new parameters, and what the training took.

    Raises:
        TrainingError: The process failed, for want of memory perhaps.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        np.savez(place / "in.npz", **parameters)
        files = {"parameters": str(place / "in.npz"), "out": str(place / "out.npz")}
        (place / "order.json").write_text(json.dumps({**order, **files}))
        command = [sys.executable, str(PROGRAM), str(place / "order.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"]
            raise TrainingError(said[-1])
        with np.load(place / "out.npz") as stored:
            return dict(stored), json.loads(done.stdout.splitlines()[-1])


def client_app():
    """Make the Flower client."""
    from flwr.app import Array, ArrayRecord, Message, MetricRecord, RecordDict
    from flwr.clientapp import ClientApp

    app = ClientApp()

    @app.train()
    def train(message, context):
        order = {**message.content["config"], "client": int(context.node_config["partition-id"])}
        arrays = {name: array.numpy() for name, array in message.content["arrays"].items()}
        trained, taken = train_locally(arrays, order)
        record = ArrayRecord({name: Array(array) for name, array in trained.items()})
        metrics = MetricRecord({**taken, "client": order["client"]})
        return Message(content=RecordDict({"arrays": record, "metrics": metrics}), reply_to=message)

    return app
