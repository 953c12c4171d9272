"""Dropout and its gradient: ours beside the runtime's."""

import dataclasses

import dropouts
import numpy as np

from sweeps.case import MOST_ELEMENTS, THREADS, Case, assert_same, draw_dims


@dataclasses.dataclass(frozen=True)
class Dropout(Case):
    """DropoutPack beside Dropout, three runs of each, and DropoutBitsGrad beside DropoutGrad."""

    shape: tuple[int, ...]
    ratio: float
    seed: int | None
    begin: int
    threads: int
    in_place: bool

    def check(self) -> None:
        """Outputs, masks and gradients; special values are among what is dropped."""
        stock, ours = dropouts.stock_and_ours(
            self.shape, self.ratio, self.seed, begin=self.begin, threads=self.threads
        )
        for found, expected in zip(ours, stock, strict=True):
            np.testing.assert_array_equal(found.view(np.uint8), expected.view(np.uint8))
        feeds = dropouts.gradient_feeds(self.shape, self.begin)
        want, gradient = dropouts.stock_and_our_gradients(feeds, self.ratio, in_place=self.in_place)
        assert_same([gradient], [want])


def draw_dropout(rng: np.random.Generator) -> Dropout:
    """Draw tensors of rank 1 to 4, ratios near 0 and 1, seeds of node and process."""
    return Dropout(
        draw_dims(rng, int(rng.integers(1, 5)), MOST_ELEMENTS),
        float(np.float32(rng.choice([1e-6, 0.999, *rng.uniform(0.01, 0.99, 4)]))),
        int(rng.integers(1 << 31)) if rng.random() < 0.5 else None,
        int(rng.integers(1 << 30)),
        int(rng.choice(THREADS)),
        bool(rng.random() < 0.5),
    )
