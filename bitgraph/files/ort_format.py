"""Puts the graphs of a directory of artifacts in ORT format beside the ONNX ones, as devices read them."""

import os
import pathlib
import subprocess
import sys
import tempfile

from bitgraph.errors import BadInputError
from bitgraph.files.find_graph import graphs_beside


def add_ort_format(training_graph: pathlib.Path) -> None:
    """Convert ``training_graph``, and the evaluation and optimizer graphs beside it, to ``.ort`` files.

    It is ONNX Runtime's own converter that does it, with the library of operators, in its "Fixed" style:
    what ONNX Runtime fuses as it loads the graph is fused in the file.

    Raises:
        BadInputError: ONNX Runtime is not installed or refuses a graph.
    """
    graphs = [graph for graph in graphs_beside(training_graph) if graph.is_file()]
    # The converter also writes lists of operators, and wants a place for them.
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as scratch:
        done = subprocess.run(
            [sys.executable, "-m", "bitgraph.files.ort_format_worker", scratch, *map(str, graphs)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONSAFEPATH": "1"},
            check=False,
        )
        if done.returncode != 0:
            lines = done.stdout.splitlines() or done.stderr.splitlines()
            reason = lines[-1] if lines else f"it ended with status {done.returncode}"
            raise BadInputError(f"ONNX Runtime cannot convert the graphs to ORT format: {reason}")
        for graph in graphs:
            converted = graph.with_suffix(".ort")
            converted.write_bytes(pathlib.Path(scratch, converted.name).read_bytes())
