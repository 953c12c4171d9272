"""How long a step takes, for two models that alternate in one process."""

import gc
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence

from bitgraph.measure.runner import Batch, StepRunner, open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import told

_FEWEST = 7
_MOST = 51
_SECONDS = 3.0
_BURST_SECONDS = 0.05


def measure_times(
    subjects: Sequence[Subject], batches: Sequence[Batch], threads: int | None
) -> list[tuple[float, float]]:
    """Give each model's median seconds for a step: on the clock, and of processors.

    The models take turns, and who goes first alternates too, so that whatever else the machine
    does falls on both alike. A turn is one step, or a burst of short ones. The first of a burst
    is not counted: the other model's threads still spin in wait of work, and take a processor.

    Args:
        subjects: The models.
        batches: Data, started over as often as needed.
        threads: Threads within an operator; ONNX Runtime's own choice if absent.
    """
    runners = [open_runner(subject, open_options(subject, threads)) for subject in subjects]
    data = itertools.cycle(batches)
    gc.disable()
    warm_up = [_steps(runner, data, 2)[-1] for runner in runners]
    burst = max(1, int(_BURST_SECONDS / max(clock for clock, _ in warm_up)))
    fewest = max(_FEWEST, len(batches))
    times: list[list[tuple[float, float]]] = [[] for _ in runners]
    begin = time.perf_counter()
    for turn in told(range(_MOST)):
        if turn >= fewest and time.perf_counter() - begin > _SECONDS:
            break
        for index in range(len(runners)) if turn % 2 else reversed(range(len(runners))):
            taken = _steps(runners[index], data, burst)
            times[index] += taken[1:] or taken
    return [
        (statistics.median(clock for clock, _ in taken), statistics.median(cpu for _, cpu in taken))
        for taken in times
    ]


def _steps(runner: StepRunner, data: Iterator[Batch], count: int) -> list[tuple[float, float]]:
    taken = []
    for batch in itertools.islice(data, count):
        clock, cpu = time.perf_counter(), time.process_time()
        runner.step(batch)
        taken.append((time.perf_counter() - clock, time.process_time() - cpu))
    return taken
