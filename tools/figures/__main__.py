"""Draws the pictures of the documentation from the predicted steps of a net.

Use: ``python tools/figures ARTIFACTS -o docs/figures``.
"""

import argparse
import pathlib

import matplotlib as mpl
import matplotlib.pyplot as plt

import bitgraph
from bitgraph import files
from bitgraph.graph.peak import predict

_BATCH = 32
_COLORS = ("#9a9a9a", "#3b6fb6")
_MIB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("artifacts", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    chosen = parser.parse_args()
    # The same ids and no date: the same net gives the same file.
    mpl.rcParams |= {"svg.hashsalt": "bitgraph", "svg.fonttype": "path", "font.size": 9}
    model = files.load(chosen.artifacts).model
    config = bitgraph.Config(batch=_BATCH)
    optimized = bitgraph.optimize(model, config).model
    draw_memory([predict(each, _BATCH).live for each in (model, optimized)], chosen.output / "memory.svg")
    draw_tradeoffs(bitgraph.pareto(model, config), chosen.output / "budget.svg")


def draw_memory(lives: list[list[int]], path: pathlib.Path) -> None:
    """Draw the live bytes of stock and optimized step, each over its own length."""
    figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
    for live, name, color in zip(lives, ("stock", "optimized"), _COLORS, strict=True):
        places = [place / (len(live) - 1) for place in range(len(live))]
        axes.fill_between(places, [each / _MIB for each in live], color=color, alpha=0.75, label=name, lw=0)
    axes.set(xlabel="nodes of the step, in their order", ylabel="live MiB, predicted", xlim=(0, 1), ylim=0)
    axes.set_xticks([])
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def draw_tradeoffs(front: list[bitgraph.Tradeoff], path: pathlib.Path) -> None:
    """Draw the plans that can be had: predicted peak against predicted time."""
    figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
    axes.plot(
        [each.peak_ratio for each in front], [each.time_ratio for each in front], "o-", color=_COLORS[1]
    )
    axes.set(xlabel="predicted peak over stock's", ylabel="predicted time over stock's", xlim=(0, 1.05))
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
