"""Nodes that stock ONNX Runtime computes wrongly are named, and only those."""

import pytest
from graphs import graph

from bitgraph.graph.faults import fault_notes

CONV = "dx, dw = com.microsoft.ConvGrad <{attributes}> (dy, x, w)"
POOL = "dx = com.microsoft.AveragePoolGrad <kernel_shape = [2, 2]> (dy)"
INPUTS = "float[{batch}, 4, 8, 8] x, float[4, 4, 3, 3] w, float[4, 2, 3] line, float[{batch}, 4, 8, 8] dy"

CASES = {
    "conv that pads itself": (CONV.format(attributes='auto_pad = "SAME_UPPER"'), "N", "auto_pad"),
    "conv with pads": (CONV.format(attributes="pads = [1, 1, 1, 1]"), "N", None),
    "conv with auto_pad off": (CONV.format(attributes='auto_pad = "NOTSET"'), "N", None),
    "groups of images": (CONV.format(attributes="group = 2"), "N", None),
    "groups of lines": (CONV.format(attributes="group = 2").replace("x, w)", "x, line)"), "N", "groups"),
    "pool with symbolic batch": (POOL, "N", "AveragePoolGrad"),
    "pool with fixed batch": (POOL, "2", None),
}


@pytest.mark.parametrize(("body", "batch", "named"), CASES.values(), ids=CASES)
def test_faults(body, batch, named):
    model = graph(body, inputs=INPUTS.format(batch=batch), outputs=f"float[{batch}, 4, 8, 8] dx")
    notes = fault_notes(model.graph)
    assert len(notes) == (named is not None)
    assert named is None or named in notes[0]
