"""The measurements of ``bitgraph compare``, those of stock taken once for several rivals."""

import dataclasses
import pathlib
from collections.abc import Mapping

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
        time_ratio: Median time of a step on one thread, the two taking turns.
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
    file = str(folder / "batches.npz")
    save_batches(make_batches(model, names, batch=batch, steps=STEPS).steps, pathlib.Path(file))
    known: dict[pathlib.Path, list[dict[str, str]]] = {}

    def digests(path: pathlib.Path) -> list[dict[str, str]]:
        if path not in known:
            found = run_in_child("digests", [open_subject(path)[0]], folder, batches=file)
            known[path] = [dict(step) for step in as_digests(found)]
        return known[path]

    peak, growth = (run_in_child(deed, [subject], folder, batches=file) for deed in ("peak", "resident"))
    ratios = {}
    for name, path in rivals.items():
        rival, _ = open_subject(path)
        times = run_in_child("times", [subject, rival], folder, batches=file, threads=1)
        ratios[name] = Ratios(
            peak,
            run_in_child("peak", [rival], folder, batches=file) / peak,
            run_in_child("resident", [rival], folder, batches=file) / growth,
            times[1][0] / times[0][0],
            first_difference(digests((twins or {}).get(name, stock)), digests(path)) is None,
        )
    return ratios
