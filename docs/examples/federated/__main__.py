"""Federated learning with stock ONNX Runtime and with bitgraph: the same bits, and what a client needs.

Use: ``python docs/examples/federated DIGITS.npz`` (images: uint8, n x 28 x 28; labels: n). The last tenth is
kept for testing, the rest is split among the clients.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from artifacts import make_artifacts
from client import TrainingError, client_app, train_locally
from local_training import part_of

MIB = 2**20


def main():
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=pathlib.Path, help="the digits")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--limit", type=int, help="MiB that training may take; halfway if not given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(given, pathlib.Path(folder))


def run(given, folder):
    """Make the artifacts, find a limit, and train with both."""
    digits, test = split(given.data, folder)
    stock, optimized = make_artifacts(folder / "artifacts", given.batch)
    orders = {
        name: {
            "artifacts": str(directory),
            "optimized": name == "bitgraph",
            "data": str(digits),
            "clients": given.clients,
            "batch": given.batch,
            "limit": 0,
        }
        for name, directory in (("stock", stock), ("bitgraph", optimized))
    }
    measured = compare(stock, optimized, given.batch)
    alone = {name: train_locally({}, {**order, "client": 0})[1] for name, order in orders.items()}
    between = sum(taken["address_space"] for taken in alone.values()) // 2
    limit = given.limit * MIB if given.limit else between
    try:
        train_locally({}, {**orders["stock"], "client": 0, "limit": limit})
        under_limit = "trains"
    except TrainingError as reason:
        under_limit = f"fails: {reason}"
    orders["bitgraph"]["limit"] = limit
    outcomes = {name: simulate(stock, order, given.rounds, test) for name, order in orders.items()}
    show(outcomes, measured, limit, under_limit)


def split(data, folder):
    """Write what the clients train on, and give its path and what is kept for testing."""
    with np.load(data) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    kept = len(labels) // 10
    paths = folder / "digits.npz", folder / "test.npz"
    for path, part in zip(paths, (slice(0, -kept), slice(-kept, None)), strict=True):
        np.savez(path, images=images[part], labels=labels[part])
    return paths[0], part_of(paths[1], 0, 1)


def compare(stock, optimized, batch):
    """Give what ``bitgraph compare`` measures of a step."""
    command = [sys.executable, "-m", "bitgraph", "compare", str(stock), str(optimized), "--batch", str(batch)]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def simulate(stock, order, rounds, test):
    """Train with Flower's simulation, a client a part of the data; the server has stock's artifacts."""
    os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    from flwr.simulation import run_simulation
    from server import server_app

    outcome = {}
    run_simulation(
        server_app(stock, order, rounds, test, outcome),
        client_app(),
        num_supernodes=order["clients"],
        backend_config={"client_resources": {"num_cpus": 1, "num_gpus": 0}},
    )
    return outcome


def show(outcomes, measured, limit, under_limit):
    """Print rounds, accuracy and memory of both, and whether they agree."""
    rounds = len(outcomes["stock"]["accuracy"]) - 1
    header = "".join(f" round {number} |" for number in range(1, rounds + 1))
    print(f"\n| client |{header} peak MiB | resident MiB | at most {limit / MIB:.0f} MiB |")
    print("|---|" + "---|" * (rounds + 3))
    told = {"stock": under_limit, "bitgraph": "trains"}
    for name, outcome in outcomes.items():
        accuracies = "".join(f" {value:.4f} |" for value in outcome["accuracy"][1:])
        peak = measured["stock" if name == "stock" else "optimized"]["peak_bytes"] / MIB
        print(f"| {name} |{accuracies} {peak:.1f} | {outcome['resident'] / MIB:.1f} | {told[name]} |")
    first, second = (outcome["arrays"] for outcome in outcomes.values())
    same = all(first[name].tobytes() == second[name].tobytes() for name in first)
    print(f"\nglobal parameters after {rounds} rounds: {'the same, bit for bit' if same else 'DIFFERENT'}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
