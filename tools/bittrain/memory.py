"""Memory against the zeros of activations: those that are there, and those that pruning makes."""

import dataclasses
import pathlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zoo.artifacts import write_artifacts
from zoo.net import Net
from zoo.resnet18 import resnet18
from zoo.vgg import vgg

from bitgraph.profiling import Profile, record
from bittrain.measuring import measure_rivals
from bittrain.plain_net import plain32
from bittrain.sparse_nets import shift_biases
from bittrain.variants import Held, hold_all, hold_bitmaps, prune, zeros_of

NETS: dict[str, tuple[Callable[[], Net], int]] = {
    "vgg": (vgg, 8),
    "resnet18": (resnet18, 8),
    "plain32": (plain32, 16),
}
"""What builds each net, and the samples in a step."""

ZEROS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
RATES = (0.5, 0.7, 0.9)


def measure_zeros(net: str, zeros: float) -> Iterator[dict[str, Any]]:
    """Return a record for each encoding of a net whose ReLUs leave a fraction ``zeros``."""
    build, batch = NETS[net]
    built = build()
    shift_biases(built, zeros)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        profile = _stock(built, batch, folder)
        rivals = {"bitmap": hold_bitmaps, "all": hold_all}
        held = {key: hold(folder / "stock", folder / key, profile) for key, hold in rivals.items()}
        found = measure_rivals(folder / "stock", {key: folder / key for key in rivals}, batch, folder)
        for encoding, ratios in found.items():
            reached = zeros_of(profile, relus_of(profile))
            yield _record("memory", net, encoding, zeros, reached, batch, ratios, held[encoding])


def measure_pruned(net: str, rates: Sequence[float] = RATES) -> Iterator[dict[str, Any]]:
    """Return a record for each rate and encoding of a net as the zoo builds it, pruned.

    ``identical`` says whether the bits are those of the same pruned net without bitgraph's encodings.
    """
    build, batch = NETS[net]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        profile = _stock(build(), batch, folder)
        rivals, twins, held, reached = {}, {}, {}, {}
        for rate in rates:
            twin = folder / f"pruned-{rate}"
            pruned = prune(folder / "stock", twin, profile, rate)
            measured = record(twin, batch=batch, steps=2)
            zeros = zeros_of(measured, pruned)
            for encoding, hold in {"bitmap": hold_bitmaps, "all": hold_all}.items():
                key = f"{encoding}-{rate}"
                held[key] = hold(twin, folder / key, measured)
                rivals[key], twins[key], reached[key] = folder / key, twin, zeros
        for key, ratios in measure_rivals(folder / "stock", rivals, batch, folder, twins).items():
            encoding, rate = key.split("-")
            yield _record("pruned", net, encoding, float(rate), reached[key], batch, ratios, held[key])


def relus_of(profile: Profile) -> list[str]:
    """Return the names of what ReLUs made."""
    return [tensor.name for tensor in profile.tensors if tensor.op_type == "Relu"]


def _stock(net: Net, batch: int, folder: pathlib.Path) -> Profile:
    write_artifacts(net, folder / "stock")
    return record(folder / "stock", batch=batch, steps=2, levels=True)


def _record(
    part: str, net: str, encoding: str, asked: float, reached: float, batch: int, ratios: Any, held: Held
) -> dict[str, Any]:
    return {
        "part": part,
        "net": net,
        "encoding": encoding,
        "asked": asked,
        "zeros": reached,
        "batch": batch,
        **dataclasses.asdict(ratios),
        "stash_ratio": held.ratio,
        "forms": held.forms,
    }
