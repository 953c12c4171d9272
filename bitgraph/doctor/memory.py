"""Whether ONNX Runtime shares memory here as the plans count on."""

from typing import Any

import numpy as np
import onnx.parser

from bitgraph.measure.resident import peak_bytes, start_count
from bitgraph.runtime import session_options

_ELEMENTS = 2**23
_ALIAS = f"""<ir_version: 9, opset_import: ["" : 17, "bitgraph" : 1]>
alias (float[{_ELEMENTS}] x) => (float sum) <float[{_ELEMENTS}] made, float[{_ELEMENTS}] same> {{
  made = Neg (x)
  same = bitgraph.Barrier (made)
  sum = ReduceSum <keepdims = 0> (same)
}}"""


def look_at_memory() -> dict[str, Any]:
    """Return the memory settings of a session with the library, and whether an alias takes no memory.

    What the process grows by is what tells: call this in a process of its own.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    arena = options.enable_cpu_mem_arena
    # Into an arena that sessions share the input would be copied, and what was in it before is not seen.
    options.enable_cpu_mem_arena = False
    session_options(options)
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        onnx.parser.parse_model(_ALIAS).SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    x = np.ones(_ELEMENTS, np.float32)
    before = start_count()
    session.run(None, {"x": x})
    after = peak_bytes()
    return {
        "aliases": None if before is None or after is None else after - before < x.nbytes * 3 // 2,
        "pattern": options.enable_mem_pattern,
        "arena": arena,
    }
