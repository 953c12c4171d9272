"""The peak of live bytes within one step, as memray sees it."""

import pathlib
import sys
import tempfile
from collections.abc import Sequence

from bitgraph.errors import BadInputError
from bitgraph.measure.runner import Batch, open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import told


def measure_peak(subject: Subject, batches: Sequence[Batch]) -> int | None:
    """Give the highest peak of the steps after the first, above the level at the step's start.

    Arena and memory pattern are off, so that every tensor is an allocation of its own, and one
    thread works, so that no thread's scratch depends on scheduling. The first step also makes
    what stays for good (gradient buffers, optimizer state); it is measured only if it is alone.

    Call this in a fresh process: an arena that another session left behind serves later
    allocations unseen.

    Returns:
        Bytes; None on Windows, where memray does not run.

    Raises:
        BadInputError: memray is not installed.
    """
    if sys.platform == "win32":
        return None
    try:
        import memray
    except ImportError as error:
        raise BadInputError("memray is not installed; run: pip install 'bitgraph[training]'") from error
    options = open_options(subject, threads=1, arena=False)
    runner = open_runner(subject, options)
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for step, batch in enumerate(told(batches)):
            record = pathlib.Path(folder) / f"step{step}.bin"
            with memray.Tracker(record):
                runner.step(batch)
            peaks.append(int(memray.FileReader(record).metadata.peak_memory))
            record.unlink()
    return max(peaks[1:] or peaks)
