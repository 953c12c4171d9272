"""Who reads a value's memory last, views and aliases counted."""

from graphs import graph

from bitgraph.graph.lifetimes import Lifetimes
from bitgraph.graph.order import execution_order

BODY = """
a = Neg(x)
flat = Reshape(a, shape)
through, held = bitgraph.BitmapPack(flat)
b = Neg(a)
c = Add(b, through)
kept = Exp(c)
again = Identity(kept)
z = Neg(again)
"""


def test_last_reader():
    model = graph(BODY, inputs="float[2, 4] x, int64[2] shape", outputs="float[2, 4] z, float[2, 4] again")
    lifetimes = Lifetimes(model.graph, execution_order(model.graph))
    values = {value.name: value for node in model.graph for value in node.outputs}
    last = {name: lifetimes.last_reader(value) for name, value in values.items()}
    readers = {name: None if node is None else node.op_type for name, node in last.items()}
    assert readers["a"] == readers["flat"] == readers["through"] == "Add"
    assert readers["b"] == "Add"
    assert readers["c"] == "Exp"
    assert readers["held"] is None, "nothing reads it"
    assert readers["kept"] is readers["again"] is None, "the caller gets its memory"
    assert lifetimes.last_reader(model.graph.inputs[0]) is None
