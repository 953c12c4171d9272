"""Entry of the child process that takes one measurement: ``worker JOB RESULT``.

The job and the result are JSON files; tensors go through files beside them.
"""

import json
import pathlib
import sys
from typing import Any

import numpy as np

from bitgraph.errors import BadInputError, BitgraphError
from bitgraph.measure.batch_file import load_batches
from bitgraph.measure.identity import measure_digests, read_tensor
from bitgraph.measure.peak import measure_peak
from bitgraph.measure.profiled import measure_profile
from bitgraph.measure.resident import measure_growth
from bitgraph.measure.runner import open_runner
from bitgraph.measure.session import open_options
from bitgraph.measure.subject import Subject
from bitgraph.measure.timing import measure_times


def main() -> None:
    """Do the job named on the command line; an error goes into the result, as one line."""
    job_path, result_path = map(pathlib.Path, sys.argv[1:])
    try:
        result = {"value": _run(json.loads(job_path.read_text()))}
    except BitgraphError as error:
        result = {"error": str(error)}
    except MemoryError:
        result = {"error": "out of memory"}
    except Exception as error:  # ONNX Runtime raises types of its own for each of its statuses
        result = {"error": " ".join(str(error).split()) or type(error).__name__}
    result_path.write_text(json.dumps(result))


def _run(job: dict[str, Any]) -> Any:
    match job["deed"]:
        case "rates":
            from bitgraph.calibration.measuring import measure_rates

            return measure_rates()
        case "runtime":
            from bitgraph.doctor.runtime import look_at_runtime

            return look_at_runtime()
        case "forms":
            from bitgraph.doctor.forms import ask_forms

            return ask_forms(job["behind"])
    subjects = [Subject(**subject) for subject in job["subjects"]]
    subject = subjects[0]
    if job["deed"] == "inputs":
        return open_runner(subject, open_options(subject, threads=1)).data_names()
    if job["deed"] == "loaded":
        from bitgraph.measure.as_loaded import save_as_loaded

        return save_as_loaded(subjects, job["out"])
    batches = load_batches(pathlib.Path(job["batches"]))
    match job["deed"]:
        case "peak":
            return measure_peak(subject, batches)
        case "resident":
            return measure_growth(subject, batches)
        case "times":
            return measure_times(subjects, batches, job["threads"])
        case "profile":
            return measure_profile(subject, batches, job["samples"])
        case "trace":
            from bitgraph.measure.traced import measure_trace

            return measure_trace(subject, batches)
        case "digests":
            return measure_digests(subject, batches)
        case "tensor":
            tensor = read_tensor(subject, batches, job["step"], job["name"])
            if tensor is not None:
                np.save(job["out"], tensor, allow_pickle=False)
            return tensor is not None
    raise BadInputError(f"unknown measurement {job['deed']}")


if __name__ == "__main__":
    main()
