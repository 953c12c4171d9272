"""Hands nets to the judging process and takes the verdicts, starting it anew when it dies."""

import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import onnx

from generated.nets import Recipe
from generated.verdict import Verdict

_ROOT = pathlib.Path(__file__).resolve().parents[3]
_PATHS = [str(_ROOT / "tests" / "support"), str(_ROOT / "tools")]
_NETS = 150
"""A process judges so many at most: what ONNX Runtime and memray leave behind adds up."""


class Judge:
    """A judging process, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._count = 0

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, recipe: Recipe) -> Verdict:
        """Judge one net; a process that it kills is a verdict too."""
        with tempfile.TemporaryDirectory(prefix="bitgraph-") as folder:
            forward = pathlib.Path(folder, "forward.onnx")
            onnx.save(recipe.model, forward)
            order = {"forward": str(forward), "optimizer": recipe.optimizer, "frozen": recipe.frozen}
            return self._ask(json.dumps(order))

    def _ask(self, order: str) -> Verdict:
        if self._count >= _NETS:
            self.close()
        if self._process is None:
            self._process = self._start()
        self._count += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        phase = "start"
        for line in self._process.stdout:
            answer = json.loads(line)
            if "verdict" in answer:
                return Verdict(**answer["verdict"])
            phase = answer["phase"]
        status = self._process.wait()
        self.close()
        message = f"the process ended with status {status} during {phase}"
        return Verdict(message) if phase == "artifacts" else Verdict(broken={"runs": message})

    def _start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "generated.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_PATHS), "PYTHONSAFEPATH": "1"},
        )

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.communicate()
        self._process = None
        self._count = 0


def judge_all(recipes: Iterable[Recipe], processes: int = 2) -> list[Verdict]:
    """Judge nets side by side; the verdicts come in the order of the nets."""
    judges: queue.SimpleQueue[Judge] = queue.SimpleQueue()
    for _ in range(processes):
        judges.put(Judge())

    def judge(recipe: Recipe) -> Verdict:
        free = judges.get()
        try:
            return free(recipe)
        finally:
            judges.put(free)

    with ThreadPoolExecutor(processes) as pool:
        verdicts = list(pool.map(judge, recipes))
    while not judges.empty():
        judges.get().close()
    return verdicts
