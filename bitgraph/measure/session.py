"""The session options of a measurement."""

from typing import TYPE_CHECKING

from bitgraph.errors import BadInputError
from bitgraph.measure.subject import Subject
from bitgraph.runtime import session_options

if TYPE_CHECKING:
    from onnxruntime import SessionOptions

_SEED = 20260101


def open_options(subject: Subject, threads: int | None, *, arena: bool = True) -> "SessionOptions":
    """Give ONNX Runtime's default options, with the library if the subject takes it.

    A stock graph gets no library: registering it would change the memory settings that the
    comparison is about.

    Args:
        subject: What will be run.
        threads: Threads within an operator; ONNX Runtime's own choice if absent.
        arena: Whether memory is kept for later tensors, by whatever allocator, and planned ahead.
            Without it every tensor is an allocation of its own, as a tracker of allocations has to
            see it.

    Raises:
        BadInputError: ONNX Runtime or the library is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise BadInputError("onnxruntime is not installed; run: pip install 'bitgraph[training]'") from error
    # Before the session is made: Dropout draws its masks from this seed.
    onnxruntime.set_seed(_SEED)
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = options.enable_mem_pattern = arena
    if subject.register:
        session_options(options)
    if threads is not None:
        options.intra_op_num_threads = threads
    return options
