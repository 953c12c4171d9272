"""Steps under a limit on memory: ``python -m bittrain.limited_step DIRECTORY BATCH LIMIT``.

Once the graph is loaded and the data is there, the system is told to give the process no more than LIMIT
bytes of writable memory on top of what it has (RLIMIT_DATA). Status 0 says that two steps fit; when they do
not, ONNX Runtime fails to allocate.
"""

import ctypes
import pathlib
import resource
import sys

from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject
from bitgraph.measure.runner import open_runner
from bitgraph.measure.session import open_options

DOES_NOT_FIT = 3
_MMAP_THRESHOLD = -3  # of glibc's mallopt


def main() -> int:
    """Run two steps."""
    libc = ctypes.CDLL(None)
    # Blocks from here on go back to the system when they are freed: what counts is what is alive.
    libc.mallopt(_MMAP_THRESHOLD, 1 << 16)
    directory, batch, limit = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    subject, model = open_subject(directory)
    options = open_options(subject, threads=1, arena=False)
    runner = open_runner(subject, options)
    batches = make_batches(model, runner.data_names(), batch=batch, steps=2).steps
    libc.malloc_trim(0)  # what loading has freed is not to serve the steps
    most = _writable_bytes() + limit
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    try:
        for step in batches:
            runner.step(step)
    except (MemoryError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return DOES_NOT_FIT
    return 0


def _writable_bytes() -> int:
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("/proc/self/status has no VmData")


if __name__ == "__main__":
    sys.exit(main())
