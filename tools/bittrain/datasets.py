"""The digits that nets learn: MNIST from the user's file, and scikit-learn's, which are always there."""

import dataclasses
import pathlib

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_digits

Images = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

MISSING = (
    "MNIST is left out: no file was given. Give one with MNIST=PATH, an NPZ file with 'images' (uint8,"
    " n x 28 x 28) and 'labels'; 8,000 images are trained on and the rest is for the test"
)

_TRAINED_ON = {"mnist": 8000, "digits": 1437}


@dataclasses.dataclass(frozen=True)
class Dataset:
    """Images of one channel, about -0.5 to 0.5, split for training and test.

    Attributes:
        name: Which.
        images: Training images, n x 1 x side x side.
        labels: Their classes.
        test_images: Images of the test.
        test_labels: Their classes.
    """

    name: str
    images: Images
    labels: Labels
    test_images: Images
    test_labels: Labels

    @property
    def side(self) -> int:
        """Rows of an image."""
        return int(self.images.shape[-1])

    def only(self, classes: range) -> "Dataset":
        """Return the images of some classes, which are counted from zero then."""
        first, second = (np.isin(labels, classes) for labels in (self.labels, self.test_labels))
        return Dataset(
            self.name,
            self.images[first],
            self.labels[first] - classes.start,
            self.test_images[second],
            self.test_labels[second] - classes.start,
        )


def load_datasets(mnist: pathlib.Path | None) -> list[Dataset]:
    """Return what there is, the larger first.

    Args:
        mnist: The user's file, or None.
    """
    found = []
    if mnist is not None:
        with np.load(mnist) as arrays:
            found.append(_split("mnist", arrays["images"] / np.float32(255), arrays["labels"]))
    digits = load_digits()
    return [*found, _split("digits", digits.images / np.float32(16), digits.target)]


def _split(name: str, images: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> Dataset:
    order = np.random.default_rng(0).permutation(len(images))
    images = (images[order, None] - 0.5).astype(np.float32)
    labels, count = labels[order].astype(np.int64), _TRAINED_ON[name]
    return Dataset(name, images[:count], labels[:count], images[count:], labels[count:])
