"""What a user can ask of the optimizer."""

import dataclasses
import fnmatch
from collections.abc import Mapping, Sequence

from bitgraph.budget import Budget
from bitgraph.profiling.profile import Profile
from bitgraph.rates import DEFAULT_RATES, Rates

FORMS = frozenset({"bitmap", "coded", "mask", "bits", "index", "recompute"})
"""All forms that a stash can be held in, apart from as it is."""

DEFAULT_EXCHANGE = 2e9
"""Bytes that a second is worth when no budget says otherwise: about what a memory-bound kernel makes dense
in that time, so that recomputing such a kernel pays and a convolution does not. At the default rates."""


EXCHANGE_STEP = 0.5
"""How much lower each exchange is than the one before it, where they are tried."""


@dataclasses.dataclass(frozen=True)
class Config:
    """Options of ``optimize`` and ``inspect``.

    Attributes:
        include: Globs on tensor names or operator types; when given, only these are touched.
        exclude: Globs on tensor names or operator types that are left alone.
        batch: What the symbolic first dim of the data inputs is taken as for sizes in bytes.
        loss_output: Name of the graph output that is the loss, when it cannot be found.
        profile: What real steps of the graph showed: zeros are not assumed but taken from it, and so
            are the batch and the other symbolic dims of the data inputs, unless ``batch`` is given.
        only: The forms that may be used.
        budget: A limit on the peak; the least time under it is looked for.
        time_limit: A limit on the predicted time of a step, in units of stock's.
        exchange: Bytes of memory that a second is worth to the planner at the default rates; budgets
            search for it.
        early: So many stashes, the first of the forward pass, are planned as by the next lower exchange.
        window: Nodes of the step within which repetitions share what they repeat; likewise.
        code: So many stashes, the first of the forward pass, are coded where they would be kept dense,
            whatever that costs; likewise.
        prune_activations: Fraction of zeros that ReLUs are pruned to, which changes the result; None to
            prune nothing. The thresholds are those of the profile.
        rates: How fast the processor is. Plans are the same everywhere as long as these are.
        ask_runtime: Whether ONNX Runtime, where it is installed, loads the chosen plan's graph in a process
            of its own, so that its peak is predicted, and a budget kept, by what will really run.
        streaming: Whether gradients and Dropout may be computed in place and by samples, by operators of
            ours that are checked against the runtime's; else they are the runtime's, on whole tensors.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    batch: int | None = None
    loss_output: str | None = None
    profile: Profile | None = None
    only: frozenset[str] = FORMS
    budget: Budget | None = None
    time_limit: float | None = None
    exchange: float = DEFAULT_EXCHANGE
    early: int = 0
    window: int = 0
    code: int = 0
    rates: Rates = DEFAULT_RATES
    ask_runtime: bool = False
    streaming: bool = True
    prune_activations: float | None = None

    @property
    def dims(self) -> Mapping[str, int]:
        """What the profile says of the symbolic dims of the data inputs."""
        return {} if self.profile is None else self.profile.dims

    @property
    def second_in_bytes(self) -> float:
        """What a second of this processor is worth: more on a fast one, which does more in it."""
        return self.exchange * (self.rates.bytes_per_second / DEFAULT_RATES.bytes_per_second)

    @property
    def lower(self) -> float:
        """The next lower exchange."""
        return self.exchange * EXCHANGE_STEP

    def at(self, number: int) -> "Config":
        """Return the options for one stash, by its number in the order of the forward pass."""
        exchange = self.lower if number < self.early else self.exchange
        return dataclasses.replace(self, exchange=exchange, early=0, code=max(self.code - number, 0))

    def refusal(self, name: str, op_type: str) -> str | None:
        """Return why a tensor is left alone by the user's choice, or None."""
        for pattern in self.exclude:
            if _matches(pattern, name, op_type):
                return f"excluded by --exclude '{pattern}'"
        if self.include and not any(_matches(p, name, op_type) for p in self.include):
            return "not named by --include"
        return None


def _matches(pattern: str, name: str, op_type: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(op_type, pattern)
