"""A spoiled held form gives an error that names the operator and two numbers, and no crash."""

import numpy as np
import pytest
from corruptions import corruptions
from held_values import near_one, tensor
from laws import Array, Blob
from one_node import OneNode
from onnx import TensorProto
from pools import Pool

from bitgraph.codecs import BLOCK, Bitmap, Bits, Coded, Dense, Index, MalformedBlobError
from bitgraph.domain import BITMAP_UNPACK, BITS_UNPACK, MASK_GRAD, MAX_POOL_INDEX_GRAD

FLOAT, BOOL = TensorProto.FLOAT, TensorProto.BOOL
RNG = np.random.default_rng(11)

BITMAP = OneNode(BITMAP_UNPACK, ("held", "other"), (FLOAT,))
BITS = OneNode(BITS_UNPACK, ("held", "other"), (BOOL,))
MASK = OneNode(MASK_GRAD, ("other", "held"), (None,), {"mode": "multiply"})
INDEX = OneNode(
    MAX_POOL_INDEX_GRAD,
    ("other", "held"),
    (None,),
    Pool(2, 3, (7,), (2,), (1,), (0, 0), (1,)).attributes,
)


def bitmap(*shape: int) -> Blob:
    return Bitmap().encode(tensor(RNG, FLOAT, shape, 0.4), FLOAT)


def coded(*shape: int) -> Blob:
    return Coded().encode(near_one(RNG, shape, 0.05), FLOAT)


# Operator, held form, the other input.
CASES: dict[str, tuple[OneNode, Blob, Array]] = {
    "bitmap": (BITMAP, bitmap(3, 7, 5), np.zeros(1, np.float32)),
    "bitmap of several blocks": (BITMAP, bitmap(6, BLOCK + 5), np.zeros(1, np.float32)),
    "bitmap of nothing": (BITMAP, bitmap(0), np.zeros(1, np.float32)),
    "bitmap of a scalar": (BITMAP, bitmap(), np.zeros(1, np.float32)),
    "coded": (BITMAP, coded(3, 7, 65), np.zeros(1, np.float32)),
    "coded of several blocks": (BITMAP, coded(2, BLOCK + 5), np.zeros(1, np.float32)),
    "coded of nothing": (BITMAP, coded(0), np.zeros(1, np.float32)),
    "dense": (BITMAP, Dense().encode(tensor(RNG, FLOAT, (2, 3)), FLOAT), np.zeros(1, np.float32)),
    "bits": (BITS, Bits().encode(np.ones((3, 7), np.bool_), BOOL), np.zeros(1, np.float32)),
    "mask": (MASK, Bits().encode(np.ones(13, np.bool_), FLOAT), np.ones(13, np.float32)),
    "index": (
        INDEX,
        Index().encode(np.ones((2, 3, 6), np.uint8), FLOAT),
        np.ones((2, 3, 6), np.float32),
    ),
}


@pytest.mark.parametrize(("node", "blob", "other"), CASES.values(), ids=CASES)
def test_good_before_it_is_spoiled(node: OneNode, blob: Blob, other: Array) -> None:
    node.agrees({"held": blob, "other": other})


@pytest.mark.parametrize(("node", "blob", "other"), CASES.values(), ids=CASES)
def test_native_refuses(node: OneNode, blob: Blob, other: Array) -> None:
    for how, spoiled in corruptions(blob):
        text = node.refusal({"held": spoiled, "other": other})
        assert text, how


@pytest.mark.parametrize(("node", "blob", "other"), CASES.values(), ids=CASES)
def test_reference_refuses(node: OneNode, blob: Blob, other: Array) -> None:
    for how, spoiled in corruptions(blob):
        with pytest.raises(MalformedBlobError, match=rf"^{node.op}: .* is \d+, expected") as raised:
            node.reference({"held": spoiled, "other": other})
        assert raised.value.found != raised.value.expected, how


@pytest.mark.parametrize(("node", "blob", "other"), CASES.values(), ids=CASES)
def test_an_error_leaves_the_session_usable(node: OneNode, blob: Blob, other: Array) -> None:
    node.refusal({"held": blob[:-1] if blob.size > 64 else blob[:63], "other": other})
    node.agrees({"held": blob, "other": other})


def test_overwritten_bytes_never_crash() -> None:
    """Random overwrites: native and NumPy both refuse, or both give the same tensor."""
    rng = np.random.default_rng(12)
    for node, blob, other in CASES.values():
        for _ in range(60):
            spoiled = blob.copy()
            at = rng.integers(0, min(blob.size, 400), rng.integers(1, 4))
            spoiled[at] = rng.integers(0, 256, at.size)
            feeds = {"held": spoiled, "other": other}
            try:
                node.reference(feeds)
            except MalformedBlobError:
                node.refusal(feeds)
            else:
                node.agrees(feeds)
