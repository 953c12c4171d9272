"""A net that grows piece by piece, each piece drawn by hypothesis."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from zoo.net import NetBuilder

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Value:
    """A float tensor of the net; ``shape`` is that of one sample: a plane, rows or a vector."""

    name: str
    shape: tuple[int, ...]


class Growing:
    """The net so far: its values and who reads them. Pieces add nodes through it."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], net: NetBuilder, static: bool) -> None:
        self.net = net
        self.static = static
        self.values: list[Value] = []
        self.read: set[str] = set()
        self._draw = draw
        self._count = 0

    def one_of(self, choices: Sequence[T]) -> T:
        return self._draw(st.sampled_from(choices))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def flag(self) -> bool:
        return self._draw(st.booleans())

    def name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def constant(self, value: float) -> str:
        return self.net.constant(self.name("number"), np.array(value, np.float32))

    def integers(self, *values: int) -> str:
        return self.net.constant(self.name("integers"), np.array(values, np.int64))

    def node(
        self,
        op_type: str,
        inputs: Sequence[Value | str],
        shape: tuple[int, ...],
        extra: int = 0,
        **attributes: Any,
    ) -> Value:
        """Add a node and give its first output; ``extra`` outputs are declared behind it."""
        names = [entry if isinstance(entry, str) else entry.name for entry in inputs]
        self.read.update(names)
        name = self.name(op_type.lower())
        outputs = [f"{name}.extra{index}" for index in range(extra)]
        return Value(self.net.node(op_type, names, name, outputs, **attributes), shape)

    def unread(self) -> list[Value]:
        return [value for value in self.values if value.name not in self.read]
