"""Cases drawn from a seed: our operators beside the runtime's, bit for bit. One table for tests and tool."""

from sweeps.case import Case, check
from sweeps.kinds import KINDS

__all__ = ["KINDS", "Case", "check"]
