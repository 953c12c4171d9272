"""What operators take beside what is predicted: ``python tools/costs.py [MODEL ...]``.

Profiles steps of training artifacts on one core, by default of the nets of the zoo, and prints for each
operator the nodes, the milliseconds that they took and were predicted to take at the built-in rates, and
how much longer they took; then the same for each net. Where the constants of the prediction come from.
"""

import argparse
import os
import pathlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator

from zoo.artifacts import write_artifacts
from zoo.nets import NETS

from bitgraph import Config, files
from bitgraph.graph.costs import Costs
from bitgraph.graph.sizes import Sizes
from bitgraph.profiling.recording import record

_STEPS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "models", nargs="*", type=pathlib.Path, metavar="MODEL", help="directory of artifacts"
    )
    models = parser.parse_args().models
    # As many threads as the process may use cores: one.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    nets: dict[str, list[float]] = {}
    operators: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    with tempfile.TemporaryDirectory(prefix="costs-") as folder:
        for model in models or _zoo(pathlib.Path(folder)):
            nets[model.name] = [0, 0.0, 0.0]
            for operator, measured, predicted in _nodes(model):
                for line in (operators[operator], nets[model.name]):
                    for index, value in enumerate((1, measured, predicted)):
                        line[index] += value
    print("| operator or net | nodes | ms | predicted | ratio |\n|---|---|---|---|---|")
    for name, (count, measured, predicted) in [
        *sorted(operators.items(), key=lambda each: -each[1][1]),
        *nets.items(),
    ]:
        ratio = measured / predicted if predicted else float("nan")
        print(f"| {name} | {count:.0f} | {1e3 * measured:.2f} | {1e3 * predicted:.2f} | {ratio:.2f} |")


def _zoo(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    for name, build in NETS.items():
        write_artifacts(build(), folder / name)
        yield folder / name


def _nodes(model: pathlib.Path) -> Iterator[tuple[str, float, float]]:
    profile = record(model, steps=_STEPS)
    graph = files.load(model).model
    sizes = Sizes(graph, profile.batch, profile.dims)
    costs = Costs(sizes, Config(batch=profile.batch))
    for node in graph.graph:
        measured = profile.seconds(node.name or "", node.op_type)
        predicted = costs.predicted(node)
        if measured is not None and predicted < float("inf"):
            yield node.op_type, measured, predicted


if __name__ == "__main__":
    main()
