"""The claims and targets, each beside what was measured, and whether it holds."""

from collections.abc import Iterator, Sequence

from bittrain.store import Record

_TARGETS = (("bitmap", 0.5, 0.34), ("bitmap", 0.7, 0.56), ("all", 0.5, 0.5), ("all", 0.7, 0.6))
"""Encoding, zeros, and what is to be saved of the peak."""

_PRUNED_ZEROS, _PRUNED_SAVED = 0.7, 0.56
_NEAR = 0.005
"""Accuracies that differ by less are taken as the same."""


def claims(records: Sequence[Record]) -> Iterator[str]:
    """Return a sentence for each claim that there are records for."""
    yield from _memory([record for record in records if record["part"] == "memory"])
    yield from _pruned([record for record in records if record["part"] == "pruned"])
    yield from _identical(records)
    yield from _accuracy([record for record in records if record["part"] == "accuracy"])
    yield from _adapting({r["variant"]: r for r in records if r["part"] == "adapting"})


def _memory(records: Sequence[Record]) -> Iterator[str]:
    for encoding, zeros, target in _TARGETS:
        saved = {
            r["net"]: 1 - r["peak_ratio"] for r in records if (r["encoding"], r["asked"]) == (encoding, zeros)
        }
        if saved:
            each = ", ".join(f"{net} {part:.1%}" for net, part in saved.items())
            verdict = _verdict_by_net({net: part >= target for net, part in saved.items()})
            yield f"{verdict}: `{encoding}` saves {target:.0%} of a peak at {zeros:.0%} zeros: {each}."


def _pruned(records: Sequence[Record]) -> Iterator[str]:
    best = min(
        (r for r in records if r["zeros"] >= _PRUNED_ZEROS), key=lambda r: r["peak_ratio"], default=None
    )
    if best is not None:
        yield (
            f"{_verdict(1 - best['peak_ratio'] >= _PRUNED_SAVED)}: pruned to {_PRUNED_ZEROS:.0%} or more,"
            f" a step needs {_PRUNED_SAVED:.0%} less: {best['net']}, `{best['encoding']}`,"
            f" {best['zeros']:.1%} zeros, {1 - best['peak_ratio']:.1%} less than unpruned."
        )
    elif records:
        yield f"{_verdict(False)}: pruning reaches {_PRUNED_ZEROS:.0%} zeros."


def _identical(records: Sequence[Record]) -> Iterator[str]:
    judged = [record for record in records if record.get("identical") is not None]
    if judged:
        same = sum(record["identical"] for record in judged)
        yield f"{_verdict(same == len(judged))}: no bit changes but by pruning: {same} of {len(judged)}."


def _accuracy(records: Sequence[Record]) -> Iterator[str]:
    stock = {(r["data"], r["net"]): r for r in records if r["variant"] == "stock"}
    for (data, net), record in stock.items():
        if data == "mnist":
            reached = f"{record['accuracy']:.2%}"
            yield f"{_verdict(record['accuracy'] >= 0.98)}: stock passes 98 % on MNIST, {net}: {reached}."
    for record in records:
        if record["variant"].startswith("pruned"):
            before = stock[record["data"], record["net"]]
            lost = before["accuracy"] - record["accuracy"]
            yield (
                f"{_verdict(lost <= before['deviation'])}: no accuracy is lost, {record['data']},"
                f" {record['net']}, {record['variant']}: {100 * lost:.2f} points lost, where seeds differ by"
                f" {100 * before['deviation']:.2f}."
            )


def _adapting(records: dict[str, Record]) -> Iterator[str]:
    if not records:
        return
    whole, ours, block = (records[v] for v in ("whole net", "whole net, bitgraph", "last block"))
    same = abs(whole["accuracy"] - ours["accuracy"]) <= _NEAR
    near = ours["peak_bytes"] <= 1.1 * block["peak_bytes"]
    yield (
        f"{_verdict(same and near)}: the whole net learns with bitgraph as well as with stock near the memory"
        f" of the last block: {ours['accuracy']:.1%} and {whole['accuracy']:.1%}, {_kib(ours)}"
        f" against {_kib(block)} (stock {_kib(whole)})."
    )


def _kib(record: Record) -> str:
    return f"{record['peak_bytes'] / 1024:.0f} KiB"


def _verdict_by_net(holds: dict[str, bool]) -> str:
    if len(set(holds.values())) == 1:
        return _verdict(all(holds.values()))
    for_some, not_for = (", ".join(net for net, held in holds.items() if held is it) for it in (True, False))
    return f"Holds for {for_some}, **does not hold** for {not_for}"


def _verdict(holds: bool) -> str:
    return "Holds" if holds else "**Does not hold**"
