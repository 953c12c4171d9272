"""Training with less memory and the same bits: a compiler pass for ONNX training graphs."""

from bitgraph.config import Config
from bitgraph.errors import BadInputError, BitgraphError, PromiseError

__version__ = "0.1.0"

__all__ = [
    "BadInputError",
    "BitgraphError",
    "Config",
    "PromiseError",
    "__version__",
]
