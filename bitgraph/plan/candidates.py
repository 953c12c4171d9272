"""What can be touched at all, and what its readers need of it."""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.step import Step
from bitgraph.graph.transposed import is_transposed, reduction_behind
from bitgraph.plan.needs import Need, need_of
from bitgraph.plan.norm_masks import norm_masks_of
from bitgraph.plan.stashes import Stash, Use

MIN_BYTES = 16 * 1024
"""Smaller stashes are not worth two more nodes in the graph."""


_MASKED = frozenset({Need.SIGN, Need.RANGE})


class RefusalError(Exception):
    """Why a stash is kept as it is."""


def check_stash(stash: Stash, dense: int, config: Config) -> None:
    """Refuse what cannot be touched, whatever it holds.

    Args:
        stash: The stash.
        dense: Its bytes.
        config: The user's wishes.

    Raises:
        RefusalError: When it has to be kept as it is.
    """
    producer = stash.value.producer()
    assert producer is not None
    name = str(stash.value.name)
    refusal = config.refusal(name, producer.op_type)
    if refusal:
        raise RefusalError(refusal)
    if producer.domain == domain.DOMAIN:
        raise RefusalError(f"already in the hands of {producer.op_type}")
    if stash.value.is_graph_output():
        raise RefusalError("is an output of the graph, so it stays until the step is over")
    if dense < MIN_BYTES:
        size = "unknown size" if dense == 0 else f"{dense} bytes"
        raise RefusalError(f"{size}: less than {MIN_BYTES} gain nothing")
    for use in stash.value.uses():
        if use.node.graph is not producer.graph:
            raise RefusalError(f"read inside a subgraph by {use.node.op_type} '{use.node.name}'")
    for read in stash.uses:
        if read.index < 0:
            raise RefusalError(f"read inside a subgraph of {read.node.op_type} '{read.node.name}'")
    if (reduction := moved_through(stash)) is not None:
        raise RefusalError(f"the runtime moves a Transpose through {reduction.op_type} '{reduction.name}'")


def moved_through(stash: Stash) -> ir.Node | None:
    """Return the reduction that the runtime may move the Transpose of ``stash`` through, if there is one.

    Nothing of ours may read such a value, or the reduction will sum in another order.
    """
    if not is_transposed(stash.value):
        return None
    found = (reduction_behind(use.node) for use in stash.uses)
    return next((each for each in found if each is not None), None)


def by_need(stash: Stash, step: Step, config: Config) -> list[tuple[Need, tuple[Use, ...]]]:
    """Return the reads of ``stash``, those with one need together.

    A reader that one bit would do for takes every value when there may be no masks, unless a batch norm
    gives the mask again.
    """
    dtype = step.sizes.dtype(stash.value)
    groups: dict[Need, list[Use]] = {}
    for use in stash.uses:
        groups.setdefault(need_of(use, dtype), []).append(use)
    if "mask" not in config.only:
        for need in _MASKED & groups.keys():
            if "recompute" not in config.only or not norm_masks_of(stash, need, tuple(groups[need])):
                groups.setdefault(Need.VALUES, []).extend(groups.pop(need))
    return [(need, tuple(uses)) for need, uses in groups.items()]
