"""Steps with ONNX Runtime's own profiler on, and what a graph with counts tells in each."""

import gc
import pathlib
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from bitgraph.domain import COUNT_ZEROS
from bitgraph.measure.node_times import node_times
from bitgraph.measure.runner import Batch, StepRunner, open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import told
from bitgraph.profiling.profile import LEVELS


def measure_profile(subject: Subject, batches: Sequence[Batch], samples: Mapping[str, str]) -> dict[str, Any]:
    """Run the steps and give for each its time and its counts, and the time of each node.

    Call this in a fresh process.

    Args:
        subject: A graph in which CountZeros nodes were put; their counts are outputs.
        batches: One for each step.
        samples: Tensors whose levels are asked for, and the outputs that are samples of them.
    """
    counts = [
        str(node.outputs[1].name) for node in ir.load(subject.graph).graph if node.op_type == COUNT_ZEROS
    ]
    with tempfile.TemporaryDirectory() as folder:
        options = open_options(subject, threads=None)
        options.enable_profiling = True
        options.profile_file_prefix = str(pathlib.Path(folder) / "trace")
        runner = open_runner(subject, options)
        steps = [_step(runner, batch, counts, samples) for batch in told(batches)]
        # The trace is complete when the session is gone.
        del runner
        gc.collect()
        (trace,) = pathlib.Path(folder).iterdir()
        return {"steps": steps, "nodes": node_times(trace, len(batches))}


def _step(
    runner: StepRunner, batch: Batch, counts: Iterable[str], samples: Mapping[str, str]
) -> dict[str, Any]:
    begin = time.perf_counter()
    outputs = runner.train(batch)
    runner.update()
    seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "counts": {name: outputs[name].tolist() for name in counts},
        "levels": {name: np.quantile(outputs[sample], LEVELS).tolist() for name, sample in samples.items()},
    }
