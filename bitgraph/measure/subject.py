"""What is measured: a training graph and the files that lie with it."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Subject:
    """One side of a comparison, as plain paths that a child process can be told.

    Attributes:
        graph: The training graph.
        checkpoint: The parameters, if the graph lies in an artifact directory; a graph on its
            own gets seeded random values.
        optimizer: The optimizer model, if there is one.
        register: Whether the native library is registered with the session.
    """

    graph: str
    checkpoint: str | None
    optimizer: str | None
    register: bool

    def to_json(self) -> dict[str, Any]:
        """Give the fields by name."""
        return dataclasses.asdict(self)
