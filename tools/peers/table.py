"""The lines of the comparison with general compressors, and what they say about bitgraph."""

import dataclasses

HEADER = """\
| peer | zeros | size over dense | pack GB/s | unpack GB/s | bitgraph beside it |
|---|---|---|---|---|---|"""


@dataclasses.dataclass(frozen=True)
class Result:
    """One line of the comparison; speeds are dense gigabytes a second."""

    peer: str
    zeros: float
    mib: float
    size_ratio: float
    pack_gb_s: float
    unpack_gb_s: float


def row(result: Result, ours: Result) -> str:
    """Return the table's line: what the peer gives, and how bitgraph does beside it."""
    cells = [
        result.peer,
        f"{result.zeros:.0%}",
        f"{result.size_ratio:.3f}",
        f"{result.pack_gb_s:.2f}",
        f"{result.unpack_gb_s:.2f}",
        "" if result.peer == ours.peer else verdict(result, ours),
    ]
    return f"| {' | '.join(cells)} |"


def verdict(result: Result, ours: Result) -> str:
    """Say in what bitgraph is ahead of the peer and in what behind."""
    size = ours.size_ratio / result.size_ratio
    words = [f"{size:.2f} x its size"]
    for deed, factor in (
        ("pack", ours.pack_gb_s / result.pack_gb_s),
        ("unpack", ours.unpack_gb_s / result.unpack_gb_s),
    ):
        words.append(f"{deed} {factor:.1f} x as fast")
    behind = size > 1 or ours.pack_gb_s < result.pack_gb_s or ours.unpack_gb_s < result.unpack_gb_s
    return ("BEHIND: " if behind else "") + ", ".join(words)
