"""What PyTorch does about the memory of a step, where it is installed: checkpoints, and hooks."""

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bittrain.processes import start_module

VARIANTS = ("eager", "checkpoint", "bitmap hooks")


def measure_torch(batch: int = 16) -> Iterator[dict[str, Any]]:
    """Return a record for each variant, beside PyTorch's own eager step; none without PyTorch.

    ``identical`` says whether all gradients have eager's bits.
    """
    if importlib.util.find_spec("torch") is None:
        print("PyTorch is left out: it is not installed", file=sys.stderr)
        return
    found = {variant: _measured(variant, batch) for variant in VARIANTS}
    eager = found["eager"]
    for variant, one in found.items():
        yield {
            "part": "torch",
            "net": "plain32",
            "peer": variant,
            "version": importlib.metadata.version("torch"),
            "batch": batch,
            "zeros": one["zeros"],
            "peak_bytes": one["peak"],
            "peak_ratio": one["peak"] / eager["peak"],
            "time_ratio": one["seconds"] / eager["seconds"],
            "identical": one["digest"] == eager["digest"],
        }


def _measured(variant: str, batch: int) -> dict[str, Any]:
    process = start_module("torch_step", variant, str(batch), stdout=subprocess.PIPE)
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a step of PyTorch ended with status {process.returncode}")
    return dict(json.loads(out))
