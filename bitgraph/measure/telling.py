"""How far a measurement is: told by the process that takes it, read by the one that waits for it."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

LISTENING = "BITGRAPH_TELL_PROGRESS"
"""Set in the environment of a process whose standard output is read by ``listen``."""

_MARK = "bitgraph-progress"

Tell = Callable[[int, int], None]
"""Called with the parts that are done, and how many there are."""

Progress = Callable[[str, int, int], None]
"""Called with a line of text, the parts of it that are done, and how many there are."""

_T = TypeVar("_T")


def told(parts: Sequence[_T]) -> Iterator[_T]:
    """Go through ``parts``, and say before each how many are done, if someone listens."""
    for done, part in enumerate(parts):
        if LISTENING in os.environ:
            print(_MARK, done, len(parts), flush=True)
        yield part


def listen(lines: Iterable[str], tell: Tell | None) -> None:
    """Pass on what ``told`` says in ``lines``, until they end."""
    for line in lines:
        match line.split():
            case [mark, done, total] if mark == _MARK and tell is not None:
                tell(int(done), int(total))


class Stages:
    """Tells what is done one after the other, and how far each is."""

    def __init__(self, progress: Progress | None, count: int) -> None:
        """Begin before the first of ``count`` stages."""
        self._progress = progress
        self._count = count
        self._begun = 0
        self._text = ""

    def begin(self, text: str) -> None:
        """Say that the next stage begins, and what it is."""
        self._begun += 1
        self._text = text if self._count == 1 else f"{text} ({self._begun} of {self._count})"
        self._tell(0, 1)

    def run(self, index: int = 0, runs: int = 1) -> Tell:
        """Return what tells how far run ``index`` of the stage is, of ``runs`` that are alike."""
        return lambda done, total: self._tell(index * total + done, runs * total)

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(self._text, done, total)
