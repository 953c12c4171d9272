"""Says on stderr what is going on, once a command takes longer than a second on a terminal."""

import sys
import time
from types import TracebackType

_PATIENCE = 1.0


class Progress:
    """Shows the current deed; silent when stderr is no terminal and for quick commands."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, deed: str) -> None:
        """Say what begins now."""
        elapsed = time.monotonic() - self._started
        if not sys.stderr.isatty() or (elapsed < _PATIENCE and not self._shown):
            return
        self._shown = True
        sys.stderr.write(f"\r\x1b[K{deed} ({elapsed:.0f} s)")
        sys.stderr.flush()
