"""How near the search comes to the best plan: ``python tools/solver_study.py [--most N]``.

On small graphs every plan there is can be tried: each set of stashes left alone, at each exchange of bytes
for seconds, with both windows of sharing. Each is rewritten and simulated, as the search does with the few
that it tries. Prints, for both limits on time, the lowest peak of all and the one that the search finds,
which may be lower: it also takes steps between two exchanges.
"""

import argparse
import itertools
import pathlib
import tempfile
from collections.abc import Iterator

import onnx_ir as ir
from scaling import KINDS
from zoo.artifacts import write_artifacts
from zoo.net import Net

from bitgraph import Config, files, inspect
from bitgraph.budget import parse_budget
from bitgraph.effort import EXCHANGES, WINDOWS
from bitgraph.search import FREE, SMALLEST_TIME_LIMIT, Point, Search

_NETS = [("chain", 3), ("chain", 5), ("residual", 1), ("transformer", 1)]
_LIMITS = {"default": FREE, "--budget min": SMALLEST_TIME_LIMIT}
_BATCH = 64
_KIB = 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=8, help="stashes that are left alone or not, the largest")
    arguments = parser.parse_args()
    print("| graph | stashes | plans | limit | stock KiB | best KiB | found KiB | found / best |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for kind, layers in _NETS:
        _print_lines(f"{kind} of {layers}", KINDS[kind](layers), arguments.most)


def _print_lines(name: str, net: Net, most: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as folder:
        write_artifacts(net, pathlib.Path(folder))
        model = files.load(pathlib.Path(folder)).model
    stock = Search(model, Config(batch=_BATCH)).stock
    stashes = _touched(model)[:most]
    ratios = [(point.peak, point.seconds / stock.seconds) for point in _all(model, stashes)]
    for limit_name, limit in _LIMITS.items():
        best = min(peak for peak, ratio in [(stock.peak, 1.0), *ratios] if ratio <= limit)
        budget = None if limit_name == "default" else parse_budget("min")
        found = Search(model, Config(batch=_BATCH, budget=budget)).chosen().peak
        sizes = " | ".join(f"{peak / _KIB:.0f}" for peak in (stock.peak, best, found))
        line = f"| {name} | {len(stashes)} | {len(ratios)} | {limit_name} | {sizes} | {found / best:.3f} |"
        print(line, flush=True)


def _touched(model: ir.Model) -> list[str]:
    """The stashes that the smallest plan does something about, the largest first."""
    report = inspect(model, Config(batch=_BATCH, budget=parse_budget("min")))
    touched = [each for each in report.stashes if each.encoding != "keep"]
    return [each.name for each in sorted(touched, key=lambda each: -each.dense_bytes)]


def _all(model: ir.Model, stashes: list[str]) -> Iterator[Point]:
    for count in range(len(stashes) + 1):
        for left in itertools.combinations(stashes, count):
            search = Search(model, Config(batch=_BATCH, exclude=left))
            for exchange, window in itertools.product(EXCHANGES, WINDOWS):
                yield search.at(exchange, window)


if __name__ == "__main__":
    main()
