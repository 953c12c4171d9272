"""Training with less memory and the same bits: a compiler pass for ONNX training graphs."""

import importlib
from typing import TYPE_CHECKING, Any

from bitgraph.budget import Budget, parse_budget
from bitgraph.config import Config
from bitgraph.errors import BadInputError, BitgraphError, PromiseError

if TYPE_CHECKING:
    from bitgraph.report import Report, Tradeoff
    from bitgraph.rewriting import Optimized, inspect, optimize, pareto
    from bitgraph.runtime import library_path, session_options

__version__ = "0.1.0"

__all__ = [
    "BadInputError",
    "BitgraphError",
    "Budget",
    "Config",
    "Optimized",
    "PromiseError",
    "Report",
    "Tradeoff",
    "__version__",
    "inspect",
    "library_path",
    "optimize",
    "pareto",
    "parse_budget",
    "session_options",
]

# What needs onnx or ONNX Runtime is imported when it is asked for: the command line starts fast.
_HOMES = {
    "Optimized": "bitgraph.rewriting",
    "Report": "bitgraph.report",
    "Tradeoff": "bitgraph.report",
    "inspect": "bitgraph.rewriting",
    "library_path": "bitgraph.runtime",
    "optimize": "bitgraph.rewriting",
    "pareto": "bitgraph.rewriting",
    "session_options": "bitgraph.runtime",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'bitgraph' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)
