"""Give an evenly spread sample of what can be pruned, for the levels of a profile.

``y = Relu(x)`` gets a reader ``sample = Slice(Reshape(y, [-1]))``, which is an output of the graph; where
only a MaxPool reads ``y``, what that makes of it does.

Left alone: ReLUs that cannot be pruned, and those of unknown size.
"""

from collections.abc import Mapping

import numpy as np
import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.prunings import prunable

SAMPLED = 1 << 16
"""Elements of a sample, about: quantiles are off by some thousandths then."""


class SampleActivationsPass(ir.passes.InPlacePass):
    """Put a sample behind each ReLU that can be pruned; ``names`` says which output is whose."""

    def __init__(self, config: Config, dims: Mapping[str, int]) -> None:
        """Remember how to tell the halves apart, and what the symbolic dims of the data inputs are."""
        super().__init__()
        self._config = config
        self._dims = dims
        self.names: dict[str, str] = {}

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        sizes = Sizes(model, self._config.batch, self._dims)
        for held in prunable(model.graph, self._config.loss_output).values():
            elements = sizes.elements(held)
            if elements:
                # An odd stride meets every column of an image.
                self.names[str(held.name)] = _sample(model.graph, held, elements // SAMPLED | 1)
        return ir.passes.PassResult(model, modified=bool(self.names))


def _sample(graph: ir.Graph, value: ir.Value, stride: int) -> str:
    name = f"{value.name}.sample"
    numbers = {"flat": -1, "start": 0, "end": np.iinfo(np.int64).max, "axis": 0, "stride": stride}
    constants = {
        what: ir.node(
            "Constant",
            inputs=[],
            attributes={"value": ir.tensor(np.array([number]), name=f"{name}.{what}")},
            name=f"{name}/{what}",
        )
        for what, number in numbers.items()
    }
    flat, start, end, axis, step = (node.outputs[0] for node in constants.values())
    reshape = ir.node("Reshape", inputs=[value, flat], name=f"{name}/Reshape")
    inputs = [reshape.outputs[0], start, end, axis, step]
    picked = ir.node("Slice", inputs=inputs, name=f"{name}/Slice")
    picked.outputs[0].name = name
    picked.outputs[0].type, picked.outputs[0].shape = value.type, ir.Shape([None])
    producer = value.producer()
    assert producer is not None
    graph.insert_after(producer, [*constants.values(), reshape, picked])
    graph.outputs.append(picked.outputs[0])
    return name
