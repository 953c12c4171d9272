"""Orders repetitions by when they are needed, and lets those close together share what they repeat."""

import dataclasses
from collections.abc import Sequence

import onnx_ir as ir

from bitgraph.graph.step import Step
from bitgraph.plan.recompute import Recomputation
from bitgraph.plan.restores import Restore


@dataclasses.dataclass(frozen=True)
class Repetition:
    """A chain of forward nodes that is run again for some readers.

    Attributes:
        nodes: The nodes of the chain, in the order of the forward pass.
        restore: The readers, and the gradient that the chain waits for.
        session: Repetitions of one session share the nodes that are in several of their chains.
    """

    nodes: tuple[ir.Node, ...]
    restore: Restore
    session: int


def schedule(values: Sequence[Recomputation], step: Step, window: int) -> tuple[Repetition, ...]:
    """Return the repetitions for ``values`` in the order in which their readers run.

    Args:
        values: What is computed again.
        step: The step.
        window: How many nodes of the step a session spans; what it repeats may stay alive for so long.
    """
    pending = [(each.nodes, restore) for each in values for restore in each.restores]
    pending.sort(key=lambda pair: step.position[pair[1].uses[0].node])
    repetitions, session, begin = [], -1, -1
    for nodes, restore in pending:
        place = step.position[restore.uses[0].node]
        if session < 0 or place - begin > window:
            session, begin = session + 1, place
        repetitions.append(Repetition(nodes, restore, session))
    return tuple(repetitions)
