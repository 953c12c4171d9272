"""The report: what was claimed, what was measured, and whether it holds, as Markdown."""

import pathlib
from collections.abc import Callable, Iterable, Sequence

from bittrain import prose
from bittrain.claims import claims
from bittrain.figures import draw_accuracy, draw_memory
from bittrain.store import Record


def write_report(records: Sequence[Record], docs: pathlib.Path) -> None:
    """Write bittrain.md and the figures into ``docs``; parts that have no records are left out.

    Args:
        records: What was measured.
        docs: An existing directory.
    """
    machines = dict.fromkeys(f"{record['date']}: {record['machine']}" for record in records)
    lines = [
        prose.HEAD,
        "Measured on",
        "",
        *(f"* {machine}" for machine in machines),
        "",
        "## What holds",
        "",
    ]
    lines += [f"* {claim}" for claim in claims(records)]
    if missing := [part for part in _SECTIONS if not _of(records, part)]:
        lines += ["", f"Not measured here: {', '.join(missing)}."]
    for part, write in _SECTIONS.items():
        if chosen := _of(records, part):
            lines += ["", *write(chosen)]
        if part == "pruned":
            lines += _figure("Memory saved", draw_memory, _of(records, "memory", "pruned"), docs)
        if part == "accuracy":
            lines += _figure("Accuracy", draw_accuracy, chosen, docs)
    (docs / "bittrain.md").write_text("\n".join(lines) + "\n")


def _memory(records: Sequence[Record]) -> list[str]:
    return [
        prose.MEMORY,
        *_memory_table(records),
    ]


def _pruned(records: Sequence[Record]) -> list[str]:
    return [
        prose.PRUNED,
        *_memory_table(records),
    ]


def _memory_table(records: Sequence[Record]) -> list[str]:
    return _table(
        "net | encoding | zeros asked | zeros | batch | peak | resident | time | stashes | identical",
        (
            f"{r['net']} | {r['encoding']} | {r['asked']:.0%} | {r['zeros']:.1%} | {r['batch']}"
            f" | {r['peak_ratio']:.3f} | {r['rss_ratio']:.3f} | {r['time_ratio']:.2f}"
            f" | {r['stash_ratio']:.3f} | {_yes(r['identical'])}"
            for r in records
        ),
    )


def _accuracy(records: Sequence[Record]) -> list[str]:
    return [
        prose.ACCURACY,
        *_table(
            "data | batch norm | variant | epochs | seeds | accuracy | zeros | identical",
            (
                f"{r['data']} | {r['net']} | {r['variant']} | {r['epochs']} | {r['seeds']}"
                f" | {100 * r['accuracy']:.2f} ± {100 * r['deviation']:.2f} %"
                f" | {'' if r['zeros'] is None else format(r['zeros'], '.1%')}"
                f" | {'' if r['identical'] is None else _yes(r['identical'])}"
                for r in records
            ),
        ),
    ]


def _adapting(records: Sequence[Record]) -> list[str]:
    return [
        prose.ADAPTING,
        *_table(
            "data | trained | epochs | seeds | peak KiB | of the whole net's, stock | accuracy | identical",
            (
                f"{r['data']} | {r['variant']} | {r['epochs']} | {r['seeds']} | {r['peak_bytes'] / 1024:.0f}"
                f" | {r['peak_ratio']:.2f} | {100 * r['accuracy']:.2f} ± {100 * r['deviation']:.2f} %"
                f" | {'' if r['identical'] is None else _yes(r['identical'])}"
                for r in records
            ),
        ),
    ]


def _limits(records: Sequence[Record]) -> list[str]:
    return [
        prose.LIMITS,
        *_table(
            "limit MiB | what | stock | bitgraph | factor | stock at bitgraph's",
            (
                f"{r['limit_mib']} | {r['what']} | {r['stock']} | {r['bitgraph']} | {r['factor']:.2f}"
                f" | {'runs' if r['stock_at_ours'] else 'fails'}"
                for r in records
            ),
        ),
    ]


def _peers(records: Sequence[Record]) -> list[str]:
    return [
        prose.PEERS,
        *_table(
            "way | zeros | MiB | held over dense | pack GB/s | unpack GB/s",
            (
                f"{r['peer']} | {r['zeros']:.0%} | {r['mib']} | {r['stash_ratio']:.3f} | {r['pack_gb_s']:.2f}"
                f" | {r['unpack_gb_s']:.2f}"
                for r in records
            ),
        ),
    ]


def _torch(records: Sequence[Record]) -> list[str]:
    return [
        prose.TORCH.format(version=records[0]["version"]),
        *_table(
            "way | batch | zeros | peak MiB | of eager's | time | identical",
            (
                f"{r['peer']} | {r['batch']} | {'' if r['zeros'] is None else format(r['zeros'], '.1%')}"
                f" | {r['peak_bytes'] / 2**20:.1f} | {r['peak_ratio']:.3f} | {r['time_ratio']:.2f}"
                f" | {_yes(r['identical'])}"
                for r in records
            ),
        ),
    ]


_SECTIONS: dict[str, Callable[[Sequence[Record]], list[str]]] = {
    "memory": _memory,
    "pruned": _pruned,
    "accuracy": _accuracy,
    "adapting": _adapting,
    "limits": _limits,
    "peers": _peers,
    "torch": _torch,
}


def _of(records: Sequence[Record], *parts: str) -> list[Record]:
    return [record for record in records if record["part"] in parts]


def _figure(
    title: str,
    draw: Callable[[Sequence[Record], pathlib.Path], str],
    records: Sequence[Record],
    docs: pathlib.Path,
) -> list[str]:
    return ["", f"![{title}]({draw(records, docs)})"] if records else []


def _table(header: str, rows: Iterable[str]) -> list[str]:
    rule = "|".join("---" for _ in header.split("|"))
    return [f"| {header} |", f"|{rule}|", *(f"| {row} |" for row in rows)]


def _yes(identical: bool) -> str:
    return "yes" if identical else "no"
