"""MaxPool with the held form of its indices, ours and the runtime's; run as a program, for a failed probe."""

import numpy as np
from laws import Array, assert_same_bits
from one_node import OneNode, model_of, run
from onnx import TensorProto, helper
from pools import Pool

from bitgraph.domain import DOMAIN, INDEX_PACK, MAX_POOL_INDEX

FLOAT = TensorProto.FLOAT


def max_pool_index(pool: Pool, ceil: int) -> OneNode:
    """Return the operator for ``pool``."""
    return OneNode(MAX_POOL_INDEX, ("x",), (FLOAT, TensorProto.UINT8), {**pool.attributes, "ceil_mode": ceil})


def agrees_with_stock(pool: Pool, x: Array, ceil: int) -> None:
    """Run ours natively and in NumPy, and the runtime's own with IndexPack behind it: all the same bits."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["pooled", "indices"], ceil_mode=ceil, **pool.onnx_attributes),
        helper.make_node(INDEX_PACK, ["pooled", "indices"], ["y", "held"], domain=DOMAIN, **pool.attributes),
    ]
    model = model_of(nodes, {"x": x}, {"y": FLOAT, "held": TensorProto.UINT8}, own_domain=True)
    expected = max_pool_index(pool, ceil).agrees({"x": x})
    for found, want in zip(run(model, {"x": x}), expected, strict=True):
        assert_same_bits(found, want)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    for each in (
        Pool(2, 3, (9, 30), (3, 3), (2, 2), (1, 1, 1, 1), (1, 1)),
        Pool(2, 1, (11,), (2,), (2,), (0, 0), (2,), 1),
        Pool(1, 2, (4, 5, 6), (2, 2, 2), (1, 2, 2), (0, 0, 1, 0, 0, 1), (1, 1, 1)),
    ):
        agrees_with_stock(each, rng.integers(-2, 3, each.input_dims).astype(np.float32), 1)
    print("same bits")
