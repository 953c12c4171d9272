"""What a command is doing, on stderr, when it takes longer than a second and someone looks."""

import threading
import time
from types import TracebackType

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

_PATIENCE = 1.0  # seconds


class Progress:
    """A line that says what is being done; call it with a text to change that.

    Nothing is shown for what is over within a second, or when stderr is not a terminal.
    """

    def __init__(self, quiet: bool = False) -> None:
        """Begin with nothing; with ``quiet`` nothing is ever shown."""
        self._quiet = quiet
        self._text = "starting"
        self._done, self._total = 0, 1
        self._begin = self._since = time.monotonic()
        self._lock = threading.Lock()
        self._bars: Bars | None = None
        self._task = TaskID(0)
        self._timer: threading.Timer | None = None

    def __call__(self, text: str, done: int = 0, total: int = 1) -> None:
        """Say what is being done from now on.

        Args:
            text: What it is.
            done: How many parts of it are done.
            total: Of how many; if of several, the rate and the time left are shown.
        """
        with self._lock:
            if (text, total) != (self._text, self._total):
                self._since = time.monotonic()
            self._text, self._done, self._total = text, done, total
            if self._bars is not None:
                self._tell(self._bars)

    def __enter__(self) -> "Progress":
        console = Console(stderr=True)
        if console.is_terminal and not console.is_dumb_terminal and not self._quiet:
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

    def _tell(self, bars: Bars) -> None:
        bars.update(
            self._task,
            description=self._text,
            completed=self._done,
            total=self._total,
            since=self._since,
        )

    def _show(self, console: Console) -> None:
        with self._lock:
            self._bars = Bars(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                _Counted(),
                TimeElapsedColumn(),
                console=console,
                transient=True,
                get_time=time.monotonic,
            )
            self._task = self._bars.add_task(self._text)
            self._bars.tasks[0].start_time = self._begin
            self._tell(self._bars)
            self._bars.start()


class _Counted(ProgressColumn):
    """How many of how many, how many a second, and the time left, for what can be counted."""

    def render(self, task: Task) -> Text:
        if task.total is None or task.total <= 1:
            return Text("")
        text = f"{task.completed:.0f}/{task.total:.0f}"
        seconds = time.monotonic() - task.fields["since"]
        if not task.completed or not seconds:
            return Text(text)
        left = (task.total - task.completed) * seconds / task.completed
        return Text(f"{text}, {task.completed / seconds:.2g}/s, at most {left:.0f} s left")
