"""Which stashes are coded that would be kept dense."""

import onnx
import onnx_ir as ir

from bitgraph import Config
from bitgraph.plan.decide import make_plan

TEXT = """<ir_version: 9, opset_import: ["" : 14, "com.microsoft" : 1]>
g (float[64,4096] data, float[64,4096] w1, float[64,4096] w2) => (float loss, float[64,4096] dx)
{
  a = Tanh(data)
  b = Mul(a, w1)
  c = Tanh(b)
  d = Mul(c, w2)
  e = Tanh(d)
  loss = ReduceMean <keepdims: int = 0> (e)
  de = Add(e, loss)
  dd = TanhGrad(e, de)
  dc = Mul(dd, w2)
  db = TanhGrad(c, dc)
  da = Mul(db, w1)
  dx = TanhGrad(a, da)
}"""


def coded(**asked):
    """Return the stashes that are held coded."""
    model = ir.from_proto(onnx.parser.parse_model(TEXT))
    decisions = make_plan(model, Config(loss_output="loss", **asked)).decisions
    return [each.stash.value.name for each in decisions for form in each.forms if form.encoding == "coded"]


def test_the_first_stashes_are_coded():
    assert [coded(code=count) for count in range(3)] == [[], ["a"], ["a", "c"]]


def test_only_where_it_is_asked_for():
    assert coded(code=2, only=frozenset({"bitmap"})) == []
