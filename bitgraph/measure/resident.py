"""How much the process grows: the resident memory that the operating system counts."""

import pathlib
import sys
from collections.abc import Sequence

from bitgraph.measure.runner import Batch, open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import told

_STATUS = pathlib.Path("/proc/self/status")
_CLEAR = pathlib.Path("/proc/self/clear_refs")
# The planned block of ONNX Runtime's memory pattern comes with the second step on top of what
# the first one left, so a few steps must pass before the process has its full size.
_STEPS = 6


def measure_growth(subject: Subject, batches: Sequence[Batch]) -> int | None:
    """Give the growth of the peak resident bytes over the steps, at default session options.

    Call this in a fresh process.

    Returns:
        Bytes; None where the system does not tell (Windows).
    """
    runner = open_runner(subject, open_options(subject, threads=None))
    before = start_count()
    for step in told(range(max(_STEPS, len(batches)))):
        runner.step(batches[step % len(batches)])
    after = peak_bytes()
    return None if before is None or after is None else max(0, after - before)


def start_count() -> int | None:
    """Count the peak of the resident memory anew; return its bytes now, None where they are not told."""
    if not _STATUS.exists():
        return peak_bytes()
    try:
        _CLEAR.write_text("5")  # the peak starts again from what is resident now
    except OSError:
        return _status_bytes("VmRSS")
    return _status_bytes("VmHWM")


def peak_bytes() -> int | None:
    """Return the bytes of the peak of the resident memory, None where they are not told."""
    if _STATUS.exists():
        return _status_bytes("VmHWM")
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _status_bytes(field: str) -> int | None:
    for line in _STATUS.read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == field:
            return int(rest.split()[0]) * 1024
    return None
