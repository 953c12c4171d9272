"""A program as data."""

import dataclasses
from typing import Literal

import onnx_ir as ir

Kind = Literal["rows", "held", "whole"]
"""How a value is taken: ``rows`` of samples, the ``held`` form of such rows, or ``whole`` for all rows."""

MAX_NODES = 64
MAX_INPUTS = 64
MAX_TEXT = 16384
"""What the library's own parser takes."""


@dataclasses.dataclass(frozen=True)
class Port:
    """An input or output of a program.

    Attributes:
        kind: How it is taken or given: ``rows`` chunk by chunk; ``whole`` outputs add up over the chunks,
            ``held`` ones are written chunk by chunk.
        value: The value inside the program.
    """

    kind: Kind
    value: ir.Value


@dataclasses.dataclass(frozen=True)
class Program:
    """What a Stream computes. Its nodes belong to no graph, and share no value with one.

    Attributes:
        inputs: What it reads; the first has rows and is, of a gradient, the incoming one.
        outputs: What it gives.
        nodes: What is computed, each behind what it reads.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    nodes: tuple[ir.Node, ...]

    @property
    def inner(self) -> list[ir.Value]:
        """What nodes make that is no output, in order."""
        made = {port.value for port in self.outputs}
        return [value for node in self.nodes for value in node.outputs[:1] if value not in made]
