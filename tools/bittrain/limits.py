"""The largest batch and the largest image whose step fits a limit on memory that the system enforces."""

import pathlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zoo.artifacts import write_artifacts
from zoo.vgg import vgg

from bitgraph import files
from bitgraph.graph.peak import predict
from bittrain.limited_step import DOES_NOT_FIT
from bittrain.processes import start_module
from bittrain.variants import hold_all

LIMITS = (64, 128, 256)
_MIB = 2**20
_SIDES_BATCH = 8
_SIDES_STEP = 16
_LARGEST_BATCH = 4096


def measure_limits(limits: Sequence[int] = LIMITS) -> Iterator[dict[str, Any]]:
    """Return a record for each limit in MiB: the largest batch at 64x64, the largest side at batch 8."""
    with tempfile.TemporaryDirectory() as name:
        nets = _Nets(pathlib.Path(name))
        for limit in limits:
            batches = {variant: _largest_batch(nets, variant, limit * _MIB) for variant in nets.variants}
            yield _record(nets, "batch", limit, batches, lambda batch: (64, batch))
        for limit in limits:
            sides = {variant: _largest_side(nets, variant, limit * _MIB) for variant in nets.variants}
            yield _record(nets, "side", limit, sides, lambda side: (side, _SIDES_BATCH))


class _Nets:
    """VGGs for images of any side, made when they are asked for."""

    variants = ("stock", "bitgraph")

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder

    def directory(self, variant: str, side: int) -> pathlib.Path:
        stock, optimized = (self._folder / f"{name}-{side}" for name in self.variants)
        if not stock.exists():
            write_artifacts(vgg(side), stock)
            hold_all(stock, optimized)
        return stock if variant == "stock" else optimized

    def predicted(self, variant: str, side: int, batch: int) -> int:
        return predict(files.load(self.directory(variant, side)).model, batch).peak

    def fits(self, variant: str, side: int, batch: int, limit: int) -> bool:
        order = (str(self.directory(variant, side)), str(batch), str(limit))
        done = start_module("limited_step", *order, stderr=subprocess.PIPE)
        _, error = done.communicate()
        if done.returncode not in {0, DOES_NOT_FIT} and done.returncode > 0:
            raise RuntimeError(f"a step could not be run: {error.strip().splitlines()[-1]}")
        return done.returncode == 0  # a signal is what running out of memory ends with, too


def _largest_batch(nets: _Nets, variant: str, limit: int) -> int:
    guess = _largest(lambda batch: nets.predicted(variant, 64, batch) <= limit, 1, _LARGEST_BATCH)
    return _tried(lambda batch: nets.fits(variant, 64, batch, limit), guess, max(1, guess // 32))


def _largest_side(nets: _Nets, variant: str, limit: int) -> int:
    at_64 = nets.predicted(variant, 64, _SIDES_BATCH)
    guess = int(64 * (limit / at_64) ** 0.5) // _SIDES_STEP * _SIDES_STEP
    return _tried(lambda side: nets.fits(variant, side, _SIDES_BATCH, limit), guess, _SIDES_STEP)


def _largest(fits: Callable[[int], bool], low: int, high: int) -> int:
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _tried(fits: Callable[[int], bool], guess: int, step: int) -> int:
    """The largest that really fits, in steps from a guess up or down."""
    if fits(guess):
        while fits(guess + step):
            guess += step
        return guess
    while guess > step and not fits(guess - step):
        guess -= step
    return guess - step


def _record(
    nets: _Nets, what: str, limit: int, found: dict[str, int], at: Callable[[int], tuple[int, int]]
) -> dict[str, Any]:
    """``stock_at_ours`` is whether stock also fits where bitgraph does: it is run, and should fail."""
    if not found["stock"]:
        raise RuntimeError(f"not even the smallest step of stock fits {limit} MiB")
    side, batch = at(found["bitgraph"])
    return {
        "part": "limits",
        "what": what,
        "limit_mib": limit,
        **found,
        "factor": found["bitgraph"] / found["stock"],
        "stock_at_ours": nets.fits("stock", side, batch, limit * _MIB),
    }
