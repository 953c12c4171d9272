"""What a terminal was sent."""

import re

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def without_escapes(shown: str) -> str:
    """Return the text alone."""
    return _ESCAPE.sub("", shown)
