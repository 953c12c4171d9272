"""A forward model in the making: its nodes, its seeded weights, and what it becomes."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from bitgraph.domain import BATCH_KEY

Array = np.ndarray[Any, Any]

OPSET = 17


@dataclasses.dataclass(frozen=True)
class Net:
    """A finished net.

    Attributes:
        model: The forward model; dim 0 of each input is symbolic.
        batch: The batch size the net is meant to be trained with.
    """

    model: onnx.ModelProto
    batch: int


class NetBuilder:
    """Collects nodes in order; every method that adds one returns the name of its output."""

    def __init__(self, name: str, seed: int = 0) -> None:
        self._name = name
        self._rng = np.random.default_rng(seed)
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._initializers: list[onnx.TensorProto] = []

    def input(self, name: str, shape: Sequence[int], dtype: int = TensorProto.FLOAT) -> str:
        """Declare a graph input; ``shape`` is that of one sample."""
        self._inputs.append(helper.make_tensor_value_info(name, dtype, ["N", *shape]))
        return name

    def node(
        self,
        op_type: str,
        inputs: Sequence[str],
        name: str,
        extra_outputs: Sequence[str] = (),
        **attributes: Any,
    ) -> str:
        """Add a node whose first output has the node's name."""
        outputs = [name, *extra_outputs]
        self._nodes.append(helper.make_node(op_type, inputs, outputs, name=name, **attributes))
        return name

    def weight(self, name: str, shape: Sequence[int], fan_in: int) -> str:
        """Add a tensor with He's normal distribution."""
        return self.initializer(name, self._rng.normal(0.0, math.sqrt(2.0 / fan_in), shape))

    def initializer(self, name: str, values: Array) -> str:
        """Add a float32 tensor: a parameter or a running statistic."""
        self._initializers.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def constant(self, name: str, values: Array) -> str:
        """Add a constant, as a node."""
        return self.node("Constant", [], name, value=numpy_helper.from_array(values, name))

    def build(self, output: str, shape: Sequence[int], batch: int) -> Net:
        """Close the graph with its only output; ``shape`` is that of one sample."""
        result = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", *shape])
        graph = helper.make_graph(self._nodes, self._name, self._inputs, [result], self._initializers)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=8,
            producer_name="bitgraph zoo",
        )
        helper.set_model_props(model, {BATCH_KEY: str(batch)})
        onnx.checker.check_model(model, full_check=True)
        return Net(model, batch)
