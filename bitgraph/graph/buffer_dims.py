"""First dims that belong to one buffer alone.

The runtime's planner gives a dead buffer to a later tensor whose dims are all equal, by number or by name.
A first dim with a name of its own (``N_buffer_7``) keeps a tensor out of that.
"""

import re

_FIXED = "batch_"
"""What stands before the number when the dim was not symbolic."""

_OWN = re.compile(r"_buffer_\d+$")


def own_dim(dim: int | str, buffer: int) -> str:
    """Return the name of ``dim``, a number or a symbol, in buffer number ``buffer``."""
    return f"{_FIXED}{dim}_buffer_{buffer}" if isinstance(dim, int) else f"{dim}_buffer_{buffer}"


def is_own(symbol: str) -> bool:
    """Whether ``symbol`` belongs to one buffer alone."""
    return _OWN.search(symbol) is not None


def dim_of(symbol: str) -> int | str:
    """Return what ``symbol`` stands for: the dim that it was made of, or itself."""
    if not is_own(symbol):
        return symbol
    plain = _OWN.sub("", symbol)
    number = plain.removeprefix(_FIXED)
    return int(number) if plain.startswith(_FIXED) and number.isdecimal() else plain
