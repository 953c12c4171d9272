"""Memory for sessions of a Python module whose environment the native library cannot reach.

Not unless it is asked for: nets of many MiB leave less behind in one region than in several, but small ones
take more than they would by themselves, the data of a step is copied, and a limit on addresses counts it.
"""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import SessionOptions

_USE_ENV_ALLOCATORS = "session.use_env_allocators"
# Regions of ONNX Runtime's arena begin with 1 MiB and double: free memory of one does not join that
# of the next. Addresses cost nothing before they are written to, so one region takes all.
_REGION_BYTES = 2**30
# What a block may waste. By default a block gets up to twice of what it asked for.
_WASTE_BYTES = 2**20

_registered = False


def choose_no_arena(options: "SessionOptions") -> None:
    """Keep the library from giving its allocator to a session that shall have none."""
    if not options.enable_cpu_mem_arena and not _is_chosen(options):
        options.add_session_config_entry(_USE_ENV_ALLOCATORS, "0")


def use_one_region(options: "SessionOptions") -> None:
    """Let a session take its memory from an arena of one region, if the user asked and the library gave none.

    The arena is made once in a process and lives as long; a session that does not choose it has
    its own, as ever.
    """
    global _registered
    if (
        os.environ.get("BITGRAPH_ONE_REGION", "") in ("", "0")
        or not sys.platform.startswith("linux")
        or _is_chosen(options)
    ):
        return
    import onnxruntime

    if not _registered:
        memory = onnxruntime.OrtMemoryInfo(
            "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
        )
        settings = {
            "initial_chunk_size_bytes": _REGION_BYTES,
            "initial_growth_chunk_size_bytes": _REGION_BYTES,
            "max_dead_bytes_per_chunk": _WASTE_BYTES,
        }
        try:
            onnxruntime.create_and_register_allocator(memory, onnxruntime.OrtArenaCfg(settings))
        except Exception:  # the bindings' own type: the program has registered an allocator itself
            return
        _registered = True
    options.add_session_config_entry(_USE_ENV_ALLOCATORS, "1")


def _is_chosen(options: "SessionOptions") -> bool:
    try:
        options.get_session_config_entry(_USE_ENV_ALLOCATORS)
    except Exception:  # the bindings' own type: there is no such entry
        return False
    return True
