"""What ONNX Runtime fuses into one product is repeated whole: the product of its parts has other bits."""

import math

import graphs
import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.step import Step
from bitgraph.plan.decide import make_plan
from bitgraph.plan.recompute import Chains

BODY = """
    q = Relu(x)
    s = Mul(q, c)
    p = MatMul(s, w)
    a = Softmax(p)
    loss = ReduceSum <keepdims = 0> (a)
    shape = Shape(a)
    da = Expand(one, shape)
    dp = com.microsoft.SoftmaxGrad_13(da, a)
    ds = com.microsoft.FusedMatMul <transB = 1> (dp, w)
    dw = com.microsoft.FusedMatMul <transA = 1> (s, dp)
    dq = Mul(ds, c)
    dx = com.microsoft.ReluGrad(dq, q)
"""


def attention() -> ir.Model:
    return graphs.graph(
        BODY,
        inputs="float[128, 128] x, float[128, 128] w, float one",
        outputs="float loss, float[128, 128] dx, float[128, 128] dw",
        values="float c = {0.5}",
    )


def value(model: ir.Model, name: str) -> ir.Value:
    return next(each for node in model.graph for each in node.outputs if each.name == name)


def test_a_scale_is_repeated_though_it_is_held() -> None:
    model = attention()
    chains = Chains(Step(model, Config()))
    chains.hold(value(model, "s"))
    found = chains.find(value(model, "a"), math.inf)
    assert found is not None
    assert [node.op_type for node in found[0]] == ["Mul", "MatMul", "Softmax"]


def test_a_scale_is_no_stash() -> None:
    model = attention()
    decision = next(each for each in make_plan(model, Config()).decisions if each.stash.value.name == "s")
    assert not decision.forms
    assert "is fused with the node that reads it" in decision.reason
