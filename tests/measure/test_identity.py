import numpy as np
import pytest

from bitgraph.measure.identity import describe_difference, first_difference

QUIET = np.array([0x7FC00001], np.uint32).view(np.float32)
OTHER = np.array([0x7FC00002], np.uint32).view(np.float32)
HALF = np.array([1.0, -2.0], np.float16)

DESCRIPTIONS = {
    "zero signs": (
        np.array([1.0, 0.0], np.float32),
        np.array([1.0, -0.0], np.float32),
        "element 1: 0x00000000 != 0x80000000",
    ),
    "NaN payloads": (QUIET, OTHER, "element 0: 0x7fc00001 != 0x7fc00002"),
    "half": (HALF, -HALF, "element 0: 0x3c00 != 0xbc00"),
    "a matrix": (np.eye(2), np.ones((2, 2)), "element 1: 0x0000000000000000 != 0x3ff0000000000000"),
    "scalars": (np.array(True), np.array(False), "element 0: 0x01 != 0x00"),
    "shapes": (np.zeros(2), np.zeros((1, 2)), "float64[2] != float64[1, 2]"),
    "types": (np.zeros(1, np.int32), np.zeros(1, np.float32), "int32[1] != float32[1]"),
    "missing in stock": (None, np.zeros(1), "only in the optimized model"),
    "missing in optimized": (np.zeros(1), None, "only in the stock model"),
    "gone in the second run": (np.zeros(1), np.zeros(1), "differs from run to run"),
}


@pytest.mark.parametrize(("stock", "optimized", "text"), DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_description(stock: np.ndarray, optimized: np.ndarray, text: str) -> None:
    found = describe_difference(1, "gradient of w", stock, optimized)
    assert found == f"step 2: gradient of w: {text}"


FIRSTS = {
    "none": ([{"a": "1"}], [{"a": "1"}], None),
    "order of names is no matter": ([{"a": "1", "b": "2"}], [{"b": "2", "a": "1"}], None),
    "first in stock's order": ([{"b": "1", "a": "1"}], [{"a": "2", "b": "2"}], (0, "b")),
    "second step": ([{"a": "1"}, {"a": "1"}], [{"a": "1"}, {"a": "2"}], (1, "a")),
    "only in stock": ([{"a": "1", "b": "1"}], [{"a": "1"}], (0, "b")),
    "only in optimized": ([{"a": "1"}], [{"a": "1", "b": "1"}], (0, "b")),
}


@pytest.mark.parametrize(("stock", "optimized", "first"), FIRSTS.values(), ids=FIRSTS)
def test_first_difference(
    stock: list[dict[str, str]], optimized: list[dict[str, str]], first: tuple[int, str] | None
) -> None:
    assert first_difference(stock, optimized) == first
