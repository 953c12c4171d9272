"""How fast a processor is, in the units that the planner counts with."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Rates:
    """The speed of one core.

    Attributes:
        bytes_per_second: Traffic of a kernel that only moves and adds, reads and writes together.
        conv_flops_per_second: Multiply-adds of Conv, counted as two.
        depthwise_flops_per_second: The same for a Conv of one channel a group.
        matmul_flops_per_second: The same for MatMul and Gemm.
        elements_per_second: What a function of cost 1 makes (``bitgraph.graph.costs``).
        node_seconds: What running a node costs whatever its size.
    """

    bytes_per_second: float = 20e9
    conv_flops_per_second: float = 90e9
    depthwise_flops_per_second: float = 12e9
    matmul_flops_per_second: float = 85e9
    elements_per_second: float = 1e9
    node_seconds: float = 2e-6


DEFAULT_RATES = Rates()
"""Read off onnxruntime-training 1.19.2's own profile of nineteen nets, on one core of a server processor."""
