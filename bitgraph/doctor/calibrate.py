"""Measures the rates of this machine and keeps them."""

import datetime
import pathlib
import tempfile

from bitgraph.calibration import Calibration, prepare_place, processor_name, write_calibration
from bitgraph.measure.child import run_in_child
from bitgraph.measure.telling import Progress, Stages
from bitgraph.rates import Rates


def calibrate(progress: Progress | None = None) -> None:
    """Measure with one thread, in a process of its own, and write the file that ``load_rates`` reads.

    Args:
        progress: Called as it goes on, with what is done, its parts done, and how many there are.

    Raises:
        BadInputError: There is no place for the file, or ONNX Runtime cannot train.
    """
    path = prepare_place()
    stages = Stages(progress, 1)
    stages.begin("measuring this machine")
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as folder:
        rates = Rates(**run_in_child("rates", [], pathlib.Path(folder), tell=stages.run()))
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    write_calibration(Calibration(processor_name(), today, rates), path)
