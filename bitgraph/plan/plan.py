"""The plan: data that the planner writes, the passes follow and the report prints."""

import dataclasses
from typing import Literal

from bitgraph.graph.sizes import Sizes
from bitgraph.graph.split import Split
from bitgraph.plan.restores import Restore
from bitgraph.plan.stashes import Stash, Use

Encoding = Literal["keep", "bitmap", "coded", "mask", "bits", "index", "recompute"]


@dataclasses.dataclass(frozen=True)
class Price:
    """What a form costs.

    Attributes:
        encoding: The form.
        nbytes: Bytes held between the passes.
        seconds: Time that it takes.
        zeros: Fraction of zeros that this counts on.
    """

    encoding: Encoding
    nbytes: int
    seconds: float
    zeros: float = 0.0

    def total(self, second: float) -> float:
        """Return bytes, with a second worth ``second`` of them."""
        return self.nbytes + second * self.seconds


@dataclasses.dataclass(frozen=True)
class Form:
    """A held form and the backward reads that are served from it.

    Attributes:
        encoding: What is held.
        uses: The reads that it serves.
        expected_bytes: Bytes it is expected to take.
        zeros: Fraction of zeros that this counts on (bitmap only).
        restores: The dense tensors that are restored from it (bitmap, coded and bits only).
    """

    encoding: Encoding
    uses: tuple[Use, ...]
    expected_bytes: int
    zeros: float = 0.0
    restores: tuple[Restore, ...] = ()


@dataclasses.dataclass(frozen=True)
class Decision:
    """What happens to one stash.

    Attributes:
        stash: The stash.
        forms: What it is held as; empty when it is kept as it is.
        dense_bytes: Bytes of the stash as it is.
        reason: Why, with the value that decided.
        alternatives: The forms that lost, and what they would have cost.
    """

    stash: Stash
    forms: tuple[Form, ...]
    dense_bytes: int
    reason: str
    alternatives: tuple[Price, ...] = ()

    @property
    def expected_bytes(self) -> int:
        """Bytes that are held between the passes."""
        return sum(form.expected_bytes for form in self.forms) if self.forms else self.dense_bytes

    @property
    def encoding(self) -> Encoding:
        """The encoding that holds most of the bytes."""
        if not self.forms:
            return "keep"
        return max(self.forms, key=lambda form: form.expected_bytes).encoding


@dataclasses.dataclass(frozen=True)
class Plan:
    """One decision per stash, and what is known of the graph it was made for.

    Attributes:
        halves: Forward and backward nodes.
        sizes: Shapes, types and bytes of the values.
        decisions: One for each stash, in the order of the forward pass.
        streamed: Names of the backward nodes that take their input by samples.
    """

    halves: Split
    sizes: Sizes
    decisions: tuple[Decision, ...]
    streamed: frozenset[str] = frozenset()

    def forms(self, encoding: Encoding) -> list[tuple[Stash, Form]]:
        """Return the stashes that are held as ``encoding``, with the form."""
        return [
            (decision.stash, form)
            for decision in self.decisions
            for form in decision.forms
            if form.encoding == encoding
        ]
