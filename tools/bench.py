"""Measure the nets of the zoo, stock against optimized: ``python tools/bench.py [NET ...]``.

Prints the scoreboard as a Markdown table, or with ``--json`` one JSON object a line. Artifacts are
made anew, optimized as ``bitgraph optimize`` does it without options, and measured by
``bitgraph.measure.compare``. The exit status is 1 if a net's bits differ.
"""

import argparse
import json
import pathlib
import sys
import tempfile

from zoo.artifacts import write_artifacts
from zoo.nets import NETS

import bitgraph
from bitgraph import files
from bitgraph.measure import Comparison, compare

_HEADER = """\
| net | batch | peak MiB, stock | optimized | ratio | resident MiB, stock | optimized | ratio \
| time ratio, 1 thread | default threads | identical |
|---|---|---|---|---|---|---|---|---|---|---|"""
_MIB = 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nets", nargs="*", metavar="NET", help=", ".join(NETS))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.nets if name not in NETS]:
        parser.error(f"no net {unknown[0]} in the zoo; it has {', '.join(NETS)}")
    if not arguments.json:
        print(_HEADER, flush=True)
    same = True
    for name in arguments.nets or NETS:
        result = _measure(name)
        same &= result.identical
        record = {"net": name, **result.to_json()}
        print(json.dumps(record) if arguments.json else _row(name, result), flush=True)
    return 0 if same else 1


def _measure(name: str) -> Comparison:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stock, optimized = pathlib.Path(folder, "stock"), pathlib.Path(folder, "optimized")
        write_artifacts(NETS[name](), stock)
        loaded = files.load(stock)
        files.save(loaded, bitgraph.optimize(loaded.model).model, optimized)
        return compare(stock, optimized, progress=lambda what, *_: _tell(f"{name}: {what}"))


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


def _row(name: str, result: Comparison) -> str:
    cells = [
        name,
        str(result.batch),
        _mib(result.stock.peak_bytes),
        _mib(result.optimized.peak_bytes),
        _ratio(result.peak_ratio),
        _mib(result.stock.rss_bytes),
        _mib(result.optimized.rss_bytes),
        _ratio(result.rss_ratio),
        _ratio(result.time_ratio_1_thread),
        _ratio(result.time_ratio),
        "yes" if result.identical else f"no: {result.first_difference}",
    ]
    return f"| {' | '.join(cells)} |"


def _mib(size: int | None) -> str:
    return "-" if size is None else f"{size / _MIB:.1f}"


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"


if __name__ == "__main__":
    sys.exit(main())
