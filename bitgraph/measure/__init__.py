"""Run training steps and measure them: bits, peak, resident memory, time."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bitgraph.measure.comparison import Comparison, Measured
    from bitgraph.measure.measure_both import compare

__all__ = ["Comparison", "Measured", "compare"]

_HOMES = {"compare": "measure_both", "Comparison": "comparison", "Measured": "comparison"}


def __getattr__(name: str) -> Any:
    # Imported on demand: each measurement starts a process that imports this package, and has
    # no use for what the comparison needs.
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
