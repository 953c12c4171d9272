"""A profile made up for a graph with one ReLU between two convolutions, and that graph."""

import onnx_ir as ir
from graphs import graph

from bitgraph.profiling.profile import NodeProfile, Profile, TensorProfile, Zeros

BATCH = 8
SHAPE = (BATCH, 16, 32, 32)
DENSE = 4 * BATCH * 16 * 32 * 32


def relu_graph(op_type: str = "Relu") -> ir.Model:
    """Return a training graph whose activation ``y`` the gradient of a convolution reads."""
    body = f"""
    x0 = Neg(x)
    y = {op_type}(x0)
    z = Conv <pads = [1, 1, 1, 1]> (y, w)
    loss = ReduceMean (z)
    shape = Shape(z)
    dz = Expand(seed, shape)
    dy, dw = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, y, w)
    dx = com.microsoft.ReluGrad(dy, y)
    """
    image = "N, 16, 32, 32"
    return graph(
        body,
        inputs=f"float[{image}] x, float[16, 16, 3, 3] w, float[] seed",
        outputs=f"float[1, 1, 1, 1] loss, float[{image}] dx",
        values=f"float[{image}] x0, float[{image}] y, float[{image}] z, float[{image}] dz, float[{image}] dy",
    )


def relu_profile(mean: float, **changes: object) -> Profile:
    """Return a profile of ``relu_graph()`` in which ``y`` has ``mean`` zeros."""
    described = {"name": "y", "op_type": "Relu", "dtype": "float32", "shape": SHAPE} | changes
    tensor = TensorProfile(**described, zeros=Zeros(mean, 0.5 * mean, min(1.0, 1.25 * mean)))
    return Profile(
        model="net.onnx",
        data=None,
        batch=BATCH,
        steps=2,
        step_seconds=0.5,
        counting_seconds=0.01,
        dims={"N": BATCH},
        tensors=(tensor,),
        nodes=(NodeProfile("conv", "Conv", 0.25),),
    )
