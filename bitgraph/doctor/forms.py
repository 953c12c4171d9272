"""The forms that are taken only where a probe in the library finds the runtime's own bits: one table."""

import contextlib
import dataclasses
import os
import pathlib
import tempfile

import numpy as np
import onnx.parser

from bitgraph.domain import (
    BATCH_NORM_GRAD,
    BATCH_NORM_IN_PLACE,
    BATCH_NORM_MASK_GRAD,
    BATCH_NORM_RECOMPUTE,
    CONV_GRADS,
    DROPOUT_BITS_GRAD,
    DROPOUT_PACK,
    IN_PLACE_RUNS,
    LAYER_NORM_GRAD,
    MAX_POOL_INDEX,
    RUN_IN_PLACE,
    STREAM,
)
from bitgraph.runtime import session_options

_HEADER = '<ir_version: 9, opset_import: ["" : 17, "bitgraph" : 1]>'
_FAIL = "BITGRAPH_FAIL_PROBE"


@dataclasses.dataclass(frozen=True)
class Form:
    """One form.

    Attributes:
        what: What is done where it holds.
        instead: What is done where it does not, with the same bits.
        operators: Those that ask the probe, as nodes or within a Stream (``Stream/Conv``).
        graph: A small graph, as text, whose run asks the probe. What is written over has one reader.
        behind: The probe of the form before it, which has to fail for this one to be asked.
    """

    what: str
    instead: str
    operators: tuple[str, ...]
    graph: str
    behind: str = ""


_NORM = "float[2] scale, float[2] mean, float[2] inv_std"
_BATCH_NORM = f"""
probe (float[2, 2, 3] x, {_NORM}, float[2] bias) => (float[2, 2, 3] y) {{
  y = bitgraph.BatchNormRecompute <activation = "none", epsilon = 0.001> (x, scale, bias, mean, inv_std, x)
}}"""
_BATCH_NORM_GRAD = f"""
probe (float[2, 2, 3] dy, float[2, 2, 3] x, {_NORM}) => (float[2, 2, 3] y, float[2] dscale, float[2] dbias)
<float[2, 2, 3] own, float[2, 2, 3] dx> {{
  own = Neg (dy)
  dx, dscale, dbias = bitgraph.BatchNormGrad <activation = "none", epsilon = 0.001>
    (own, x, scale, mean, inv_std)
  y = Neg (dx)
}}"""
_BATCH_NORM_IN_PLACE = f"""
probe (float[2, 2, 3] x, {_NORM}, float[2] bias) => (float[2, 2, 3] z, float[2] new_mean)
<float[2, 2, 3] own, float[2, 2, 3] y> {{
  own = Neg (x)
  y, new_mean, new_var, own_mean, own_inv_std = bitgraph.BatchNormInPlace <epsilon = 0.001, momentum = 0.9>
    (own, scale, bias, mean, inv_std)
  z = Neg (y)
}}"""
_LAYER_NORM_GRAD = """
probe (float[5, 6] dy, float[5, 6] x, float[6] scale, float[5, 1] mean, float[5, 1] inv_std)
=> (float[5, 6] dx, float[6] dscale, float[6] dbias) {
  dx, dscale, dbias = bitgraph.LayerNormGrad <axis = 1> (dy, x, scale, mean, inv_std)
}"""
_DROPOUT = """
probe (float[20000] x) => (float[20000] y, uint8[n] held) {
  y, held = bitgraph.DropoutPack <ratio = 0.5, seed = 1> (x)
}"""
_MAX_POOL = """
probe (float[2, 3, 8, 8] x) => (float[2, 3, 4, 4] y, uint8[n] held) {
  y, held = bitgraph.MaxPoolIndex <input_shape = [8, 8], kernel_shape = [2, 2], strides = [2, 2],
    pads = [0, 0, 0, 0], dilations = [1, 1], storage_order = 0, ceil_mode = 0> (x)
}"""
_CONV_GRAD = """
probe (float[2, 4, 5, 5] dy, float[2, 4, 5, 5] x, float[4, 1, 3, 3] depthwise, float[4, 4, 3, 3] w)
=> (float[2, 4, 5, 5] y, float[4, 1, 3, 3] dw0, float[4, 4, 3, 3] dw1)
<float[2, 4, 5, 5] x0, float[2, 4, 5, 5] x1, float[2, 4, 5, 5] dx0, float[2, 4, 5, 5] dx1> {
  x0 = Neg (x)
  dx0, dw0 = bitgraph.ConvGradInPlace <group = 4, pads = [1, 1, 1, 1]> (dy, x0, depthwise)
  x1 = Neg (dx0)
  dx1, dw1 = bitgraph.ConvGradInPlace <pads = [1, 1, 1, 1]> (dy, x1, w)
  y = Neg (dx1)
}"""
_STREAM = """
probe (float[3, 4, 5, 5] dy, float[3, 4, 5, 5] x, float[4, 1, 3, 3] depthwise, float[4, 4, 3, 3] w)
=> (float[3, 4, 5, 5] y, float[4, 4, 3, 3] dw) <float[3, 4, 5, 5] own, float[3, 4, 5, 5] dx> {
  own = Neg (dy)
  dx, dw = bitgraph.Stream <rows_at_a_time = 1, program = "
    stream (rows dy, rows x, whole w0, whole w) => (rows dx, whole dw) {
      p = Conv <group = 4, pads = [1, 1, 1, 1]> (x, w0)
      dx, dw = ConvGrad <pads = [1, 1, 1, 1]> (dy, p, w)
    }"> (own, x, depthwise, w)
  y = Neg (dx)
}"""


def _runs() -> str:
    """Each in the memory of the one before it."""
    names, lines = ["own"], []
    for op in sorted(IN_PLACE_RUNS):
        inputs = f"{names[-1]}, b" + (", bias" if op.startswith("Bias") else "")
        names.append(f"by_{op}")
        lines.append(f'  {names[-1]} = bitgraph.RunInPlace <op = "{op}"> ({inputs})\n')
    known = ", ".join(f"float[4, 6] {name}" for name in names)
    return f"""
probe (float[4, 6] a, float[4, 6] b, float[6] bias) => (float[4, 6] y) <{known}> {{
  own = Neg (a)
{"".join(lines)}  y = Neg ({names[-1]})
}}"""


FORMS = {
    "batch_norm": Form(
        "batch norms again by a kernel of ours, from the mean kept",
        "the runtime's own again",
        (BATCH_NORM_RECOMPUTE, BATCH_NORM_MASK_GRAD, f"{STREAM}/{BATCH_NORM_RECOMPUTE}"),
        _BATCH_NORM,
    ),
    "batch_norm_grad": Form(
        "their gradient by a kernel of ours, over dY or by samples",
        "the runtime's own, the whole batch",
        (BATCH_NORM_GRAD, f"{STREAM}/{BATCH_NORM_GRAD}"),
        _BATCH_NORM_GRAD,
    ),
    "batch_norm_grad_in_place": Form(
        "where that is the runtime's own: over dY",
        "from a copy of dY",
        (),
        _BATCH_NORM_GRAD,
        behind="batch_norm_grad",
    ),
    "batch_norm_in_place": Form(
        "the runtime's batch norms with Y over X",
        "from a copy of X",
        (BATCH_NORM_IN_PLACE,),
        _BATCH_NORM_IN_PLACE,
    ),
    "layer_norm_grad": Form(
        "the gradient of layer norms by a kernel of ours, over dY",
        "the runtime's own",
        (LAYER_NORM_GRAD,),
        _LAYER_NORM_GRAD,
    ),
    "dropout": Form(
        "Dropout and its gradient by kernels of ours, on bits",
        "the runtime's own",
        (DROPOUT_PACK, DROPOUT_BITS_GRAD),
        _DROPOUT,
    ),
    "max_pool": Form(
        "MaxPool with one-byte indices by a kernel of ours",
        "the runtime's own, then packed",
        (MAX_POOL_INDEX,),
        _MAX_POOL,
    ),
    "run_in_place": Form(
        "gradients of activations and sums of gradients by the runtime's own, over what comes in",
        "from a copy of it",
        (RUN_IN_PLACE,),
        _runs(),
    ),
    "conv_grad_in_place": Form(
        "the runtime's ConvGrad with dX over X", "X beside dX", (*sorted(CONV_GRADS),), _CONV_GRAD
    ),
    "conv_grad_adds": Form(
        "the runtime's ConvGrad by samples", "the whole batch", (f"{STREAM}/ConvGrad",), _STREAM
    ),
    "conv_grad_over_dy": Form(
        "the runtime's ConvGrad with dX over dY", "from a copy of dY", (f"{STREAM}/ConvGrad",), _STREAM
    ),
    "conv_by_samples": Form("the runtime's Conv by samples", "the whole batch", (f"{STREAM}/Conv",), _STREAM),
}
"""By the name of the probe."""


def ask_forms(behind: str = "") -> dict[str, bool]:
    """Run the graphs of the forms ``behind`` a probe and return the answers, by probe.

    A probe that is asked several times, once for each node, holds if it always does; one whose graph this
    runtime cannot run has no answer. Call this in a fresh process: the library reads its environment once.
    """
    asked = {probe: form for probe, form in FORMS.items() if form.behind == behind}
    with tempfile.TemporaryDirectory(prefix="bitgraph-") as folder:
        log = pathlib.Path(folder) / "probes"
        log.touch()
        os.environ["BITGRAPH_PROBE_LOG"] = str(log)
        if behind:
            os.environ[_FAIL] = ",".join(filter(None, [os.environ.get(_FAIL), behind]))
        for graph in dict.fromkeys(form.graph for form in asked.values()):
            # ONNX Runtime raises types of its own for each of its statuses.
            with contextlib.suppress(Exception):
                _run(_HEADER + graph)
        lines = log.read_text().splitlines()
    answers: dict[str, bool] = {}
    for probe, answer in map(str.split, lines):
        answers[probe] = answers.get(probe, True) and answer == "yes"
    return {probe: answers[probe] for probe in asked if probe in answers}


def _run(model: str) -> None:
    import onnxruntime

    options = session_options()
    options.log_severity_level = 4
    serialized = onnx.parser.parse_model(model).SerializeToString()
    session = onnxruntime.InferenceSession(serialized, options, providers=["CPUExecutionProvider"])
    session.run(None, {each.name: np.ones(each.shape, np.float32) for each in session.get_inputs()})
