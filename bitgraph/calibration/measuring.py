"""Measures how fast one core of this machine is."""

import dataclasses
import importlib
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx.parser

from bitgraph.calibration.kernels import (
    CONVOLUTIONS,
    DEPTHWISE,
    FUNCTIONS,
    LONG,
    MATRICES,
    MOVING,
    SHORT,
    Kernel,
)
from bitgraph.calibration.solving import solve_rates
from bitgraph.measure.telling import told

_ROUNDS = 9
_TURN = 0.02
"""Seconds that a kernel runs for in each round, at least once."""

Run = Callable[[], None]


def measure_rates() -> dict[str, float]:
    """Time the kernels with one thread and give the rates, as plain data.

    The kernels take turns, so that what else the machine does for a while slows one round of each.
    Call this in a fresh process.
    """
    importlib.import_module("bitgraph.runtime.training")  # or it says why ConvGrad cannot be run
    kernels = [*MOVING, *FUNCTIONS, *CONVOLUTIONS, *DEPTHWISE, *MATRICES, SHORT, LONG]
    tensors: dict[tuple[object, ...], Any] = {}
    runs = {kernel: _opened(kernel, tensors) for kernel in kernels}
    taken: dict[Kernel, list[float]] = {kernel: [] for kernel in kernels}
    for _ in told(range(_ROUNDS)):
        for kernel, run in runs.items():
            taken[kernel] += _turn(run)
    return dataclasses.asdict(
        solve_rates({kernel: statistics.median(times) for kernel, times in taken.items()})
    )


def _opened(kernel: Kernel, tensors: dict[tuple[object, ...], Any]) -> Run:
    """Give what runs the kernel once, in memory that is there before: new pages are not its work.

    Args:
        kernel: What to run.
        tensors: The memory, which kernels share.
    """
    import onnxruntime

    def tensor(role: object, value: onnx.ValueInfoProto) -> Any:
        shape = tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
        if (role, shape) not in tensors:
            noise = np.random.default_rng(0).standard_normal(shape, np.float32)
            tensors[role, shape] = onnxruntime.OrtValue.ortvalue_from_numpy(noise)
        return tensors[role, shape]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # What stands in the graph is what is timed.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    model = onnx.parser.parse_model(kernel.text)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    binding = session.io_binding()
    for index, value in enumerate(model.graph.input):
        binding.bind_ortvalue_input(value.name, tensor(index, value))
    for index, value in enumerate(model.graph.output):
        binding.bind_ortvalue_output(value.name, tensor(("out", index), value))

    def run() -> None:
        session.run_with_iobinding(binding)

    run()
    return run


def _turn(run: Run) -> list[float]:
    times: list[float] = []
    while sum(times) < _TURN:
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return times
