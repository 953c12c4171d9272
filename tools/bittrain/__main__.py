"""Measure BitTrain's claims: ``python tools/bittrain [PART ...] [--json] [--mnist NPZ] [--docs DIR]``.

Prints each record as it is made, as a line of text or, with ``--json``, as one JSON object. The records
of a part replace its earlier ones in DIR/bittrain.jsonl; DIR/bittrain.md and the figures are made of what
is there. ``report`` alone makes only those. Exit status 1 if bits differ that were to be the same.
"""

import argparse
import datetime
import json
import pathlib
import platform
import sys
from collections.abc import Callable, Iterator

# Run as a folder, the first entry of the path is the folder itself, not its parent.
sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)

import onnxruntime  # noqa: E402  # these need the path set above

import bitgraph  # noqa: E402
from bitgraph.calibration.processor import processor_name  # noqa: E402
from bittrain.accuracy import measure_accuracy  # noqa: E402
from bittrain.adapting import measure_adapting  # noqa: E402
from bittrain.datasets import MISSING, Dataset, load_datasets  # noqa: E402
from bittrain.limits import measure_limits  # noqa: E402
from bittrain.memory import NETS, ZEROS, measure_pruned, measure_zeros  # noqa: E402
from bittrain.peers import measure_peers  # noqa: E402
from bittrain.report import write_report  # noqa: E402
from bittrain.store import Record, read_records, replace_part  # noqa: E402
from bittrain.torch_peers import measure_torch  # noqa: E402

Part = Callable[[list[Dataset]], Iterator[Record]]

PARTS: dict[str, Part] = {
    "memory": lambda _: (record for net in NETS for zeros in ZEROS for record in measure_zeros(net, zeros)),
    "pruned": lambda _: (record for net in NETS for record in measure_pruned(net)),
    "accuracy": lambda data: (record for each in data for record in measure_accuracy(each)),
    "adapting": lambda data: measure_adapting(data[0]),
    "limits": lambda _: measure_limits(),
    "peers": lambda _: measure_peers(),
    "torch": lambda _: measure_torch(),
}


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="bittrain", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}, report; all if none")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mnist", type=pathlib.Path, metavar="NPZ")
    parser.add_argument("--docs", type=pathlib.Path, default=pathlib.Path("docs"), metavar="DIR")
    arguments = parser.parse_args()
    if unknown := [part for part in arguments.parts if part not in {*PARTS, "report"}]:
        parser.error(f"no part {unknown[0]}; there are {', '.join(PARTS)}, report")
    if arguments.mnist is not None and not arguments.mnist.is_file():
        parser.error(f"{arguments.mnist}: there is no such file; give MNIST=PATH, or leave it out")
    if arguments.mnist is None:
        print(MISSING, file=sys.stderr, flush=True)
    data = load_datasets(arguments.mnist)
    arguments.docs.mkdir(parents=True, exist_ok=True)
    store = arguments.docs / "bittrain.jsonl"
    same = True
    for part in arguments.parts or PARTS:
        if part == "report":
            continue
        made: list[Record] = []
        replace_part(store, part, made)
        for record in PARTS[part](data):
            record |= {"machine": _machine(), "date": datetime.datetime.now(datetime.UTC).date().isoformat()}
            made.append(record)
            same &= record.get("identical") is not False
            print(json.dumps(record) if arguments.json else _line(record), flush=True)
            replace_part(store, part, made)  # what there is outlasts an interruption
    write_report(read_records(store), arguments.docs)
    return 0 if same else 1


def _machine() -> str:
    return (
        f"{processor_name()}; Python {platform.python_version()}, onnxruntime {onnxruntime.__version__},"
        f" bitgraph {bitgraph.__version__}"
    )


def _line(record: Record) -> str:
    hidden = {"machine", "date", "curve", "forms"}
    shown = {key: value for key, value in record.items() if key not in hidden and value is not None}
    return "  ".join(f"{k}={v:.3f}" if isinstance(v, float) else f"{k}={v}" for k, v in shown.items())


if __name__ == "__main__":
    sys.exit(main())
