"""The figures: memory against zeros beside the paper's numbers, and accuracy against epochs."""

import pathlib
from collections.abc import Sequence

import matplotlib

from bittrain.store import Record

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "bittrain"  # the same figure is the same file

from matplotlib import pyplot as plt  # noqa: E402  # once the backend is set
from matplotlib.axes import Axes  # noqa: E402

PAPER = {0.5: 0.34, 0.7: 0.56}
"""What the paper's abstract says is saved, at most, by zeros."""


def draw_memory(records: Sequence[Record], docs: pathlib.Path) -> str:
    """Draw what a step and its stashes save; return the name of the PNG."""
    nets = list(dict.fromkeys(record["net"] for record in records))
    figure, axes = plt.subplots(1, len(nets), figsize=(5.2 * len(nets), 4.2), sharey=True, squeeze=False)
    for axis, net in zip(axes[0], nets, strict=True):
        for part, style in (("memory", "o-"), ("pruned", "s--")):
            for encoding, color in (("bitmap", "tab:blue"), ("all", "tab:green")):
                chosen = [r for r in records if (r["part"], r["net"], r["encoding"]) == (part, net, encoding)]
                label = f"{encoding}{', pruned' if part == 'pruned' else ''}"
                _line(axis, chosen, "peak_ratio", style, color, label)
                if (part, encoding) == ("memory", "bitmap"):
                    _line(axis, chosen, "stash_ratio", "^:", color, "its stashes alone")
        ideal = [0.3, 0.9]
        axis.plot(
            ideal, [100 * (zeros - 1 / 32) for zeros in ideal], color="0.6", lw=1, label="a bitmap's bound"
        )
        axis.plot(list(PAPER), [100 * saved for saved in PAPER.values()], "r*", ms=13, label="paper, up to")
        axis.set(title=net, xlabel="zeros in the activations", ylim=(0, 100), xlim=(0.25, 0.95))
        axis.grid(alpha=0.3)
    axes[0][0].set_ylabel("bytes saved, % of stock")
    axes[0][0].legend(fontsize=8)
    return _save(figure, docs, "bittrain-memory")


def draw_accuracy(records: Sequence[Record], docs: pathlib.Path) -> str:
    """Draw the test's accuracy against epochs, the mean of the seeds; return the name of the PNG."""
    kinds = list(dict.fromkeys((record["data"], record["net"]) for record in records))
    figure, axes = plt.subplots(1, len(kinds), figsize=(4.2 * len(kinds), 3.8), squeeze=False)
    for axis, kind in zip(axes[0], kinds, strict=True):
        for record in records:
            if (record["data"], record["net"]) != kind:
                continue
            curve = [100 * accuracy for accuracy in record["curve"]]
            first = record["epochs"] - len(curve) + 1
            style = {"stock": "k-", "bitgraph": "y--"}.get(record["variant"], "-")
            axis.plot(range(first, first + len(curve)), curve, style, label=record["variant"])
        axis.set(title=f"{kind[0]}, {kind[1]}", xlabel="epoch")
        axis.grid(alpha=0.3)
    axes[0][0].set_ylabel("accuracy, %")
    axes[0][0].legend(fontsize=8)
    return _save(figure, docs, "bittrain-accuracy")


def _line(axis: Axes, records: Sequence[Record], key: str, style: str, color: str, label: str) -> None:
    points = sorted((record["zeros"], 100 * (1 - record[key])) for record in records)
    if points:
        axis.plot(*zip(*points, strict=True), style, color=color, label=label)


def _save(figure: plt.Figure, docs: pathlib.Path, name: str) -> str:
    figure.tight_layout()
    figure.savefig(docs / f"{name}.png", dpi=120, metadata={"Software": None})
    figure.savefig(docs / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)
    return f"{name}.png"
