"""The meeting point with ONNX Runtime: where the native library lies and how a session gets it.

Nothing here imports ONNX Runtime before it is used, so that reading and rewriting graphs work
without it. ``bitgraph.runtime.training`` is imported on demand for the same reason.
"""

from bitgraph.runtime.library import library_path
from bitgraph.runtime.options import session_options

__all__ = ["library_path", "session_options"]
