"""Session options with the operators registered."""

import weakref
from typing import TYPE_CHECKING

from bitgraph.errors import BadInputError
from bitgraph.runtime.arena import choose_no_arena, use_one_region
from bitgraph.runtime.library import library_path

if TYPE_CHECKING:
    from onnxruntime import SessionOptions

# A second registration on the same options makes the session fail (the domain would be there
# twice), and the options themselves cannot be asked.
_registered: "weakref.WeakSet[SessionOptions]" = weakref.WeakSet()


def session_options(base: "SessionOptions | None" = None) -> "SessionOptions":
    """Give session options with which a session can run an optimized graph.

    The library switches the memory pattern off as it is registered: the block planned from the
    known sizes would come on top of the packed tensors, whose sizes are known only while they
    run. Setting the environment variable BITGRAPH_KEEP_MEM_PATTERN to 1 keeps the pattern.

    Large tensors come from memory that follows the most in use at once, on Linux: from the
    library's own allocator. BITGRAPH_KEEP_ARENA=1 keeps the session's own arena; so does an entry
    ``session.use_env_allocators`` in the options, and options without an arena stay so. Python's
    onnxruntime-training does not let the library reach its environment: there sessions keep their
    arenas, or take one of a single region for the whole process with BITGRAPH_ONE_REGION=1.

    Args:
        base: Options to complete, changed in place; fresh default options if absent.

    Returns:
        ``base`` itself, or the fresh options. Asking twice for the same options registers once.

    Raises:
        BadInputError: ONNX Runtime or the native library is not installed, or the two do not
            fit each other.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise BadInputError("onnxruntime is not installed; run: pip install 'bitgraph[training]'") from error
    options = onnxruntime.SessionOptions() if base is None else base
    if options in _registered:
        return options
    path = library_path()
    choose_no_arena(options)
    try:
        options.register_custom_ops_library(str(path))
    except Exception as error:  # the bindings raise their own undocumented types
        reason = " ".join(str(error).split())
        raise BadInputError(f"onnxruntime {onnxruntime.__version__} refuses {path}: {reason}") from error
    use_one_region(options)
    _registered.add(options)
    return options
