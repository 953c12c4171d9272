"""The server: FedAvg over all clients, and the accuracy of the global parameters after each round."""

import pathlib
import tempfile

import onnxruntime
from flwr.app import Array, ArrayRecord, ConfigRecord, MetricRecord
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg

from bitgraph.runtime.training import api


class FedAvgInOrder(FedAvg):
    """FedAvg that adds in the order of the clients: a sum of floats has other bits in another order."""

    def aggregate_train(self, server_round, replies):
        """Sort what came, which is in the order of arrival."""
        came = [reply for reply in replies if not reply.has_error()]
        for reply in replies:
            if reply.has_error():
                print(f"a client failed: {reply.error.reason}")
        return super().aggregate_train(server_round, sorted(came, key=client_of))


def client_of(reply):
    """Give the number of the client that sent ``reply``."""
    return reply.content["metrics"]["client"]


def largest(records, _weight):
    """Give what the client took that took most."""
    return MetricRecord({"resident": max(record["metrics"]["resident"] for record in records)})


def server_app(artifacts, order, rounds, test, outcome):
    """Make the Flower server.

    Args:
        artifacts: Directory whose checkpoint has the first parameters.
        order: What the clients are told.
        rounds: Rounds of training.
        test: Images and labels that no client trains on.
        outcome: A dict that receives ``arrays``, ``accuracy`` (a number a round) and ``resident`` (bytes).
    """
    app = ServerApp()
    clients = order["clients"]

    @app.main()
    def main(grid, _context):
        state = api.CheckpointState.load_checkpoint(artifacts / "checkpoint")
        arrays = ArrayRecord({name: Array(parameter.data) for name, parameter in state.parameters})
        strategy = FedAvgInOrder(
            fraction_evaluate=0.0,
            min_train_nodes=clients,
            min_available_nodes=clients,
            train_metrics_aggr_fn=largest,
        )
        result = strategy.start(
            grid,
            arrays,
            rounds,
            train_config=ConfigRecord(order),
            evaluate_fn=lambda _round, arrays: MetricRecord({"accuracy": accuracy(artifacts, arrays, test)}),
        )
        outcome["arrays"] = {name: array.numpy() for name, array in result.arrays.items()}
        outcome["accuracy"] = [each["accuracy"] for each in result.evaluate_metrics_serverapp.values()]
        outcome["resident"] = max(each["resident"] for each in result.train_metrics_clientapp.values())

    return app


def accuracy(artifacts, arrays, test):
    """Give the share of ``test`` that an inference model exported with ``arrays`` gets right."""
    images, labels = test
    state = api.CheckpointState.load_checkpoint(artifacts / "checkpoint")
    module = api.Module(artifacts / "training_model.onnx", state, artifacts / "eval_model.onnx")
    for name, array in arrays.items():
        state.parameters[name].data = array.numpy()
    with tempfile.TemporaryDirectory() as folder:
        model = str(pathlib.Path(folder, "inference.onnx"))
        module.export_model_for_inferencing(model, ["scores"])
        scores = onnxruntime.InferenceSession(model).run(["scores"], {"images": images})[0]
    return float((scores.argmax(1) == labels).mean())
