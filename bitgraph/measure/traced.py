"""One side of a comparison node by node: how long each takes, and what is alive while it runs."""

import gc
import itertools
import pathlib
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from bitgraph.errors import BadInputError
from bitgraph.measure.node_times import kernel_events, node_times
from bitgraph.measure.runner import Batch, open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import told

_STEPS = 4
_INTERVAL = 1  # milliseconds between samples: the least that memray takes
_MICROSECOND = 1e-6


def measure_trace(subject: Subject, batches: Sequence[Batch]) -> dict[str, list[Any]]:
    """Run some steps with ONNX Runtime's profiler on, and one more that memray watches.

    Settings are those of measure_peak: every tensor is an allocation of its own, one thread works.
    Call this in a fresh process.

    Returns:
        ``times``: name, operator and median seconds of each node, in order of execution;
        ``live``: name of a node and the most bytes that were seen while it ran, above the level at
        the step's start. Samples are a millisecond apart, so that shorter nodes may have none. What
        the profiler holds of the step is in them, some hundred bytes for each node.

    Raises:
        BadInputError: memray is not installed, or does not run here.
    """
    try:
        import memray
    except ImportError as error:
        raise BadInputError("memray is not installed; run: pip install 'bitgraph[training]'") from error
    options = open_options(subject, threads=1, arena=False)
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        options.profile_file_prefix = str(folder / "trace")
        runner = open_runner(subject, options)
        data = itertools.cycle(batches)
        for _ in told(range(_STEPS)):
            runner.step(next(data))
        record = folder / "live.bin"
        with memray.Tracker(record, memory_interval_ms=_INTERVAL):
            begin = time.time()
            runner.step(next(data))
        # The trace is complete when the session is gone.
        del runner
        gc.collect()
        snapshots = memray.FileReader(record).get_memory_snapshots()
        samples = [(sample.time / 1000 - begin, sample.heap) for sample in snapshots]
        (trace,) = folder.glob("trace*")
        return {"times": node_times(trace, _STEPS + 1), "live": _live(trace, samples)}


def _live(trace: pathlib.Path, samples: list[tuple[float, int]]) -> list[tuple[str, int]]:
    """Give each node of the last run the highest of the samples that were taken while it ran.

    A sample's time is the millisecond in which it was taken: it counts where the node ran all of that.
    """
    begin, events = kernel_events(trace)
    found: list[tuple[str, int]] = []
    place = 0
    for name, start, duration in events:
        first, last = ((moment - begin) * _MICROSECOND for moment in (start, start + duration))
        while place < len(samples) and samples[place][0] < first:
            place += 1
        highest = -1
        while place < len(samples) and samples[place][0] + _INTERVAL / 1000 <= last:
            highest = max(highest, samples[place][1])
            place += 1
        if highest >= 0:
            found.append((name, highest))
    return found
