"""A small part of ``make sweep``: cases drawn from fixed seeds."""

import pytest
from sweeps import KINDS, check
from training_kernels import needs_training

CASES = 20


@needs_training
@pytest.mark.parametrize("kind", KINDS)
def test_same_bits(kind: str) -> None:
    wrong = [found for seed in range(CASES) if (found := check(KINDS, kind, seed)) is not None]
    assert not wrong, "\n".join(wrong)
