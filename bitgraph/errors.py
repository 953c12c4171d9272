"""The errors that bitgraph raises on purpose: one line that says what, where and what to do."""

from typing import ClassVar


class BitgraphError(Exception):
    """Base of all errors that bitgraph raises on purpose.

    Attributes:
        exit_status: What the command line returns when this error ends it.
    """

    exit_status: ClassVar[int] = 2


class BadInputError(BitgraphError):
    """The user's file, graph or option cannot be used as it is (exit status 2)."""


class PromiseError(BitgraphError):
    """The input is good, but what was asked for does not hold (exit status 1)."""

    exit_status: ClassVar[int] = 1
