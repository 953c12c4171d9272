"""How a net came out."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What was found on one net.

    Attributes:
        untrainable: Why there is nothing to compare: ONNX Runtime makes no training graph of the
            net, or one that it cannot step, or that does not repeat its own bits.
        broken: What was found, by the law that it breaks: ``runs``, ``input``, ``idempotence``,
            ``bits``, ``peak``, ``prediction``.
        rewritten: Nodes of the library in the optimized graph.
        peaks: Peak bytes of a step, stock and optimized.
    """

    untrainable: str = ""
    broken: dict[str, str] = dataclasses.field(default_factory=dict)
    rewritten: int = 0
    peaks: tuple[int, int] = (0, 0)

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


LAWS = ("runs", "input", "idempotence", "bits", "peak", "prediction")
