"""What a command is doing, on stderr, when it takes longer than a second and someone looks."""

import threading
from types import TracebackType

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_PATIENCE = 1.0  # seconds


class Progress:
    """A line that says what is being done; call it with a text to change that.

    Nothing is shown for what is over within a second, or when stderr is not a terminal.
    """

    def __init__(self) -> None:
        self._text = "starting"
        self._lock = threading.Lock()
        self._bars: Bars | None = None
        self._task = TaskID(0)
        self._timer: threading.Timer | None = None

    def __call__(self, text: str) -> None:
        """Say what is being done from now on."""
        with self._lock:
            self._text = text
            if self._bars is not None:
                self._bars.update(self._task, description=text)

    def __enter__(self) -> "Progress":
        console = Console(stderr=True)
        if console.is_terminal and not console.is_dumb_terminal:
            self._timer = threading.Timer(_PATIENCE, self._show, [console])
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._bars is not None:
            self._bars.stop()

    def _show(self, console: Console) -> None:
        with self._lock:
            self._bars = Bars(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )
            self._task = self._bars.add_task(self._text, total=None)
            self._bars.start()
