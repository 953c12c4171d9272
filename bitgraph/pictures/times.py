"""Where the time of a step goes: by operator, and what packing, unpacking and repeating cost."""

import dataclasses
from collections.abc import Iterable

import onnx_ir as ir

from bitgraph import domain

_UNPACKS = frozenset({domain.BITMAP_UNPACK, domain.BITS_UNPACK})


@dataclasses.dataclass(frozen=True)
class OpTime:
    """One operator.

    Attributes:
        op_type: Its name.
        stock: Seconds in the graph as it came.
        optimized: Seconds in the optimized graph.
    """

    op_type: str
    stock: float
    optimized: float


@dataclasses.dataclass(frozen=True)
class Times:
    """The time of a step.

    Attributes:
        measured: Whether it was measured, or predicted for one core.
        operators: By operator, the longest first.
        packing: Seconds that operators take which do nothing but hold a tensor.
        unpacking: Seconds that operators take which do nothing but restore one.
        repeating: Seconds that nodes take which are computed again.
    """

    measured: bool
    operators: list[OpTime]
    packing: float
    unpacking: float
    repeating: float

    @property
    def stock(self) -> float:
        """Seconds of the graph as it came."""
        return sum(each.stock for each in self.operators)

    @property
    def optimized(self) -> float:
        """Seconds of the optimized graph."""
        return sum(each.optimized for each in self.operators)


def times_of(
    stock: Iterable[tuple[str, str, float]],
    optimized: Iterable[tuple[str, str, float]],
    repeats: set[str],
    *,
    measured: bool,
) -> Times:
    """Add up the seconds of nodes by operator.

    Args:
        stock: Name, operator and seconds of each node of the graph as it came.
        optimized: The same of the optimized graph.
        repeats: Names of its nodes that compute something again.
        measured: Whether the seconds were measured.
    """
    before, after = _by_operator(stock), _by_operator(optimized := list(optimized))
    operators = [
        OpTime(op_type, before.get(op_type, 0.0), after.get(op_type, 0.0)) for op_type in {**before, **after}
    ]
    operators.sort(key=lambda each: (-max(each.stock, each.optimized), each.op_type))
    return Times(
        measured,
        operators,
        packing=sum(seconds for _, op_type, seconds in optimized if op_type in domain.PACKS),
        unpacking=sum(seconds for _, op_type, seconds in optimized if op_type in _UNPACKS),
        repeating=sum(seconds for name, _, seconds in optimized if name in repeats),
    )


def repeating_nodes(graph: ir.Graph) -> set[str]:
    """Return the names of the nodes that compute something again."""
    return {str(node.name) for node in graph if domain.REPEATS_KEY in node.metadata_props}


def _by_operator(nodes: Iterable[tuple[str, str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for _, op_type, seconds in nodes:
        total[op_type] = total.get(op_type, 0.0) + seconds
    return total
