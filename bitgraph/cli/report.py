"""Shows what ``optimize`` did or ``inspect`` found."""

import collections
import dataclasses
import json
import math
from typing import Any

import click
from rich.text import Text

from bitgraph import Tradeoff
from bitgraph.cli.tables import mib, print_line, print_table, ratio, table, writable
from bitgraph.report import Fallback


def show(report: dict[str, Any], *, as_json: bool, quiet: bool = False, verbose: bool = False) -> None:
    """Print a report as JSON, or as a table with a summary line and remarks below it.

    Args:
        report: What ``Report.to_json`` gives.
        as_json: Whether JSON is printed.
        quiet: Whether nothing but the summary line is printed.
        verbose: Whether the table says why.
    """
    if as_json:
        click.echo(json.dumps(report, indent=2))
        return
    if quiet:
        click.echo(summary(report))
        return
    if report["stashes"]:
        _print_stashes(report["stashes"], verbose=verbose)
        click.echo()
    for line in (*(Fallback(**fallback) for fallback in report["fallbacks"]), *report["notes"]):
        click.echo(line)
    click.echo(_holder(report["peak_holder"]))
    print_line(summary(report), "bold")
    if report["output"]:
        click.echo(f"written to {report['output']}")


def show_pareto(front: list[Tradeoff], *, as_json: bool) -> None:
    """Print the plans between stock and the smallest peak, each a budget that can be asked for."""
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(point) for point in front], indent=2))
        return
    rows = table("budget", "peak, MiB", "peak", "time", numbers=("budget", "peak, MiB", "peak", "time"))
    for point in front:
        budget = "stock" if point.peak_ratio == 1.0 else f"{math.ceil(point.peak_ratio * 1000) / 10:g}%"
        rows.add_row(budget, mib(point.peak_bytes), ratio(point.peak_ratio), ratio(point.time_ratio))
    print_table(rows)


def summary(report: dict[str, Any]) -> str:
    """Give the line that says it all: ``predicted peak 421.0 → 231.4 MiB (0.55), 52 stashes: ...``."""
    before, after = report["peak"]["before"], report["peak"]["after"]
    change = ratio(after / before) if before else "-"
    stashes = report["stashes"]
    arrow = writable("→", "->")
    line = f"predicted peak {mib(before)} {arrow} {mib(after)} MiB ({change}), {len(stashes)} stashes"
    counts = collections.Counter(stash["encoding"] for stash in stashes)
    kept = counts.pop("keep", 0)
    parts = [f"{number} {encoding}" for encoding, number in counts.most_common()]
    if kept:
        parts.append(f"{kept} kept")
    return f"{line}: {', '.join(parts)}" if parts else line


def _holder(holder: dict[str, Any]) -> str:
    """Say what holds the peak and what would lower it next."""
    share = holder["own_bytes"] / holder["bytes"] if holder["bytes"] else 1.0
    line = (
        f"the peak is at {holder['op_type']} '{holder['node']}', whose own inputs, outputs and scratch memory"
        f" are {share:.0%} of it"
    )
    if not holder["others"]:
        return line
    others = ", ".join(f"{other['name']} ({mib(other['bytes'])} MiB)" for other in holder["others"])
    return f"{line}; next are {others}: --pareto lists what a lower peak costs"


def _print_stashes(stashes: list[dict[str, Any]], *, verbose: bool) -> None:
    more = ("readers", "why", "instead of") if verbose else ()
    rows = table("tensor", "op", "shape", "MiB", "held", "as", *more, numbers=("MiB", "held"))
    for stash in stashes:
        encoding, streamed = stash["encoding"], ", streamed" if stash["reader"] == "streamed" else ""
        rows.add_row(
            stash["name"],
            stash["op_type"],
            _shape(stash),
            mib(stash["dense_bytes"]),
            mib(stash["expected_bytes"]),
            "kept" if encoding == "keep" else Text(encoding + streamed, style="green"),
            *(_why(stash) if verbose else ()),
        )
    print_table(rows)


def _why(stash: dict[str, Any]) -> tuple[str, str, str]:
    return (
        # Behind the last slash is what tells them apart; the JSON has the whole names.
        ", ".join(reader.rsplit("/", 1)[-1] for reader in stash["readers"]),
        stash["reason"],
        ", ".join(_alternative(each) for each in stash["alternatives"]),
    )


def _alternative(lost: dict[str, Any]) -> str:
    seconds = f" {lost['seconds'] * 1e3:.1f} ms" if lost["seconds"] else ""
    return f"{lost['encoding']} {mib(lost['bytes'])}{seconds}"


def _shape(stash: dict[str, Any]) -> str:
    shape = stash["shape"]
    dims = "?" if shape is None else "x".join(str(dim) for dim in shape) or "scalar"
    return f"{stash['dtype']} {dims}"
