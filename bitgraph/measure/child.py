"""Take a measurement in a process of its own, whatever becomes of that process."""

import json
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from bitgraph.errors import BadInputError
from bitgraph.measure.subject import Subject
from bitgraph.measure.telling import LISTENING, Tell, listen


def run_in_child(
    deed: str,
    subjects: Sequence[Subject],
    folder: pathlib.Path,
    *,
    tell: Tell | None = None,
    **details: Any,
) -> Any:
    """Start a fresh process for one measurement and give what it found.

    Args:
        deed: The measurement, as bitgraph.measure.worker knows it.
        subjects: What is measured; none for what is asked of the machine.
        folder: Where job, result and complaints are written.
        tell: Called as the measurement goes on.
        **details: The rest of the job, as JSON has it.

    Raises:
        BadInputError: The process failed or died.
    """
    job, result = folder / "job.json", folder / "result.json"
    result.unlink(missing_ok=True)
    job.write_text(json.dumps({"deed": deed, "subjects": [s.to_json() for s in subjects], **details}))
    complaints = folder / "stderr.txt"
    path = _absolute_path(os.environ.get("PYTHONPATH", ""))
    with (
        complaints.open("wb") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "bitgraph.measure.worker", str(job), str(result)],
            # -m puts the working directory on the path, where a checkout's sources would hide the
            # installed package; this folder holds no modules.
            cwd=folder,
            env=os.environ | {"PYTHONPATH": path, LISTENING: "1"},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            listen(process.stdout, tell)
        except BaseException:  # as subprocess.run does: nobody waits for it any more
            process.kill()
            raise
    graphs = " and ".join(subject.graph for subject in subjects)
    where = f"{graphs}: " if graphs else ""
    if not result.exists():
        reason = _how_it_died(process.returncode, complaints.read_text(errors="replace"))
        raise BadInputError(f"{where}{reason}")
    answer = json.loads(result.read_text())
    if "error" in answer:
        raise BadInputError(f"{where}{answer['error']}")
    return answer["value"]


def _absolute_path(path: str) -> str:
    return os.pathsep.join(str(pathlib.Path(p).resolve()) for p in path.split(os.pathsep) if p)


def _how_it_died(status: int, complaints: str) -> str:
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        hint = " (out of memory?)" if name == "SIGKILL" else ""
        return f"the run crashed the process with {name}{hint}"
    last = (complaints.strip().splitlines() or ["no message"])[-1]
    return f"the run ended the process with status {status}: {last}"
