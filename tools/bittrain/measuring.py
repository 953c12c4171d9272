"""The measurements of ``bitgraph compare``, those of stock taken once for several rivals."""

import dataclasses
import pathlib
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.identity import as_digests, first_difference
from bitgraph.measure.open_subject import open_subject

STEPS = 2


@dataclasses.dataclass(frozen=True)
class Ratios:
    """One rival beside stock.

    Attributes:
        peak_bytes: Peak of stock within a step.
        peak_ratio: The rival's over stock's.
        rss_ratio: Growth of the process, likewise.
        time_ratio: Median time of a step on one thread, all taking turns.
        identical: Whether all bits of the steps are those of ``twin``.
    """

    peak_bytes: int
    peak_ratio: float
    rss_ratio: float
    time_ratio: float
    identical: bool


def measure_rivals(
    stock: pathlib.Path,
    rivals: Mapping[str, pathlib.Path],
    batch: int,
    folder: pathlib.Path,
    twins: Mapping[str, pathlib.Path] | None = None,
) -> dict[str, Ratios]:
    """Measure each rival against ``stock``, every measurement in a fresh process.

    Args:
        stock: Artifacts as they came.
        rivals: Artifacts to measure.
        batch: Samples in a step; the data is seeded and random.
        folder: For files in between.
        twins: Artifacts whose bits those of a rival are to be, where they are not stock's.
    """
    subject, model = open_subject(stock)
    names = run_in_child("inputs", [subject], folder)
    file = folder / "batches.npz"
    save_batches(make_batches(model, names, batch=batch, steps=STEPS).steps, file)
    same_as = {name: (twins or {}).get(name, stock) for name in rivals}
    orders = [(deed, path) for deed in ("peak", "resident") for path in (stock, *rivals.values())]
    orders += [("digests", path) for path in {*rivals.values(), *same_as.values()}]

    def measure(order: tuple[str, pathlib.Path]) -> Any:
        deed, path = order
        with tempfile.TemporaryDirectory(dir=folder) as own:
            return run_in_child(deed, [open_subject(path)[0]], pathlib.Path(own), batches=str(file))

    with ThreadPoolExecutor(2) as pool:  # what is counted here, others do not change; not so the times
        found = dict(zip(orders, pool.map(measure, orders), strict=True))
    subjects = [subject, *(open_subject(path)[0] for path in rivals.values())]
    (base, _), *times = run_in_child("times", subjects, folder, batches=str(file), threads=1)
    peak, growth = found["peak", stock], found["resident", stock]
    digests = {path: as_digests(value) for (deed, path), value in found.items() if deed == "digests"}
    return {
        name: Ratios(
            peak,
            found["peak", path] / peak,
            found["resident", path] / growth,
            seconds / base,
            first_difference(digests[same_as[name]], digests[path]) is None,
        )
        for (name, path), (seconds, _) in zip(rivals.items(), times, strict=True)
    }
