"""What can be touched at all, and what its readers need of it."""

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.step import Step
from bitgraph.plan.needs import Need, need_of
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


def by_need(stash: Stash, step: Step, config: Config) -> list[tuple[Need, tuple[Use, ...]]]:
    """Return the reads of ``stash``, those with one need together.

    A reader that one bit would do for takes every value when there may be no masks.
    """
    dtype = step.sizes.dtype(stash.value)
    groups: dict[Need, list[Use]] = {}
    for use in stash.uses:
        need = need_of(use, dtype)
        if need in _MASKED and "mask" not in config.only:
            need = Need.VALUES
        groups.setdefault(need, []).append(use)
    return [(need, tuple(uses)) for need, uses in groups.items()]
