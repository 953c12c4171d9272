"""The one error that reading a held form can give."""

from bitgraph.errors import BitgraphError


class MalformedBlobError(BitgraphError):
    """A held form is not one that its writer could have written, or not the one its reader needs.

    Attributes:
        what: The thing that is wrong, in words.
        found: What the blob says.
        expected: What it would have to say (a number, or a few words with one).
    """

    def __init__(self, what: str, found: int, expected: int | str) -> None:
        super().__init__(f"{what} is {found}, expected {expected}")
        self.what = what
        self.found = found
        self.expected = expected

    def within(self, place: str) -> "MalformedBlobError":
        """Return the same error, told from ``place`` (an operator or a file)."""
        return MalformedBlobError(f"{place}: {self.what}", self.found, self.expected)
