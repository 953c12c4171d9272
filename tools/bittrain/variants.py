"""The ways in which a net is held: as it came, by bitmaps alone, by all that bitgraph has, pruned."""

import dataclasses
import pathlib
from collections.abc import Collection

import numpy as np
from bitgraph.passes import HoldBitmapsPass, PruneActivationsPass, SeparateBuffersPass

import bitgraph
from bitgraph import files
from bitgraph.pipeline import mark
from bitgraph.plan.decide import make_plan
from bitgraph.plan.prunings import make_prunings
from bitgraph.profiling import Profile


@dataclasses.dataclass(frozen=True)
class Held:
    """What the stashes became.

    Attributes:
        dense_bytes: Of the stashes that were touched, as they were.
        held_bytes: The same in their new form, computed with the measured zeros.
        forms: How many of each form.
    """

    dense_bytes: int
    held_bytes: int
    forms: dict[str, int]

    @property
    def ratio(self) -> float:
        """Held over dense; 1 when nothing was touched."""
        return self.held_bytes / self.dense_bytes if self.dense_bytes else 1.0


def hold_bitmaps(stock: pathlib.Path, out: pathlib.Path, profile: Profile) -> Held:
    """Write ``stock`` with bitmaps and nothing else.

    All other passes are off, but for the names of the buffers' dims, without which the runtime keeps the
    dense buffer for another tensor.
    """
    loaded = files.load(stock)
    plan = make_plan(loaded.model, bitgraph.Config(profile=profile, only=frozenset({"bitmap"})))
    HoldBitmapsPass(plan)(loaded.model)
    SeparateBuffersPass()(loaded.model)
    mark(loaded.model)
    files.save(loaded, loaded.model, out)
    touched = [decision for decision in plan.decisions if decision.forms]
    return Held(
        sum(decision.dense_bytes for decision in touched),
        sum(decision.expected_bytes for decision in touched),
        {"bitmap": len(touched)},
    )


def hold_all(stock: pathlib.Path, out: pathlib.Path, profile: Profile | None = None) -> Held:
    """Write ``stock`` as ``bitgraph optimize`` does.

    Of the profile only the zeros are used: with the times of its nodes the plan would not be the same again.
    """
    loaded = files.load(stock)
    zeros = profile and dataclasses.replace(profile, nodes=())
    optimized = bitgraph.optimize(loaded.model, bitgraph.Config(profile=zeros))
    files.save(loaded, optimized.model, out)  # type: ignore[arg-type]  # an onnx_ir model was given
    touched = [stash for stash in optimized.report.stashes if stash.encoding != "keep"]
    forms: dict[str, int] = {}
    for stash in touched:
        forms[stash.encoding] = forms.get(stash.encoding, 0) + 1
    return Held(
        sum(stash.dense_bytes for stash in touched), sum(stash.expected_bytes for stash in touched), forms
    )


def prune(stock: pathlib.Path, out: pathlib.Path, profile: Profile, rate: float) -> frozenset[str]:
    """Write ``stock`` pruned and otherwise as it was; return the names of what gets the zeros."""
    loaded = files.load(stock)
    prunings = make_prunings(loaded.model, bitgraph.Config(profile=profile, prune_activations=rate))
    PruneActivationsPass(prunings)(loaded.model)
    files.save(loaded, loaded.model, out, PruneActivationsPass(prunings))
    return frozenset(pruning.held for pruning in prunings)


def zeros_of(profile: Profile, names: Collection[str]) -> float:
    """Return the part of zeros in the named tensors, all together."""
    found = [tensor for tensor in profile.tensors if tensor.name in names]
    sizes = [int(np.prod(tensor.shape)) for tensor in found]
    return float(np.average([tensor.zeros.mean for tensor in found], weights=sizes))
