"""The law of forms: each alone gives the same bits, and the peak falls by what the planner says."""

import dataclasses
from collections.abc import Callable

import pytest
from measured import optimized
from zoo.layers import batch_norm, conv, dropout, layer_norm, pooled_classifier
from zoo.net import Net, NetBuilder

import bitgraph
from bitgraph.config import FORMS
from bitgraph.doctor import FORMS as PROBES
from bitgraph.domain import (
    BATCH_NORM_GRAD,
    BATCH_NORM_IN_PLACE,
    CONV_GRAD_IN_PLACE,
    DROPOUT_BITS_GRAD,
    DROPOUT_PACK,
    LAYER_NORM_GRAD,
    STREAM,
    STREAM_PACK,
    STREAMING,
)

BATCH, CHANNELS, CLASSES = 16, 16, 5
LAYERS = 5

Layer = Callable[[NetBuilder, str, str], str]


def net_of(layer: Layer, side: int = 32) -> Net:
    """Layers alike, each behind a convolution."""
    build = NetBuilder("forms")
    x = build.input("input", (3, side, side))
    for number in range(LAYERS):
        channels = (CHANNELS if number else 3, CHANNELS)
        x = layer(build, conv(build, x, f"conv{number}", channels, 3), f"layer{number}")
    return build.build(pooled_classifier(build, x, CHANNELS, CLASSES), (CLASSES,), batch=BATCH)


def relu(build: NetBuilder, x: str, name: str) -> str:
    return build.node("Relu", [x], name)


def rectified(build: NetBuilder, x: str, name: str) -> str:
    """Of the ReLU only the sign is needed."""
    return dropout(build, relu(build, x, f"{name}.relu"), name, 0.1)


def dropped(build: NetBuilder, x: str, name: str) -> str:
    """Several times: of all but the last only the masks are needed."""
    for turn in range(4):
        x = dropout(build, x, f"{name}.drop{turn}", 0.1)
    return x


def pooled(build: NetBuilder, x: str, name: str) -> str:
    return build.node("MaxPool", [x], name, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])


def normed(build: NetBuilder, x: str, name: str) -> str:
    return relu(build, batch_norm(build, x, f"{name}.norm", CHANNELS), name)


def squashed(build: NetBuilder, x: str, name: str) -> str:
    """What convolutions read has no zeros."""
    return build.node("Tanh", [x], name)


def layer_normed(build: NetBuilder, x: str, name: str) -> str:
    return layer_norm(build, x, name, 32)


@dataclasses.dataclass(frozen=True)
class Law:
    """A net, the forms that are used on it, and the operators of ``STREAMING`` that then are there.

    Forms in ``also`` may be used too, for some readers of a stash.
    """

    layer: Layer
    forms: frozenset[str]
    streaming: frozenset[str] = frozenset()
    side: int = 32
    also: frozenset[str] = frozenset()


LAWS = {
    # The gradient of a ReLU reads its values too: they are held where it has a mask.
    "bitmap": Law(relu, frozenset({"bitmap", "mask"})),
    "mask": Law(rectified, frozenset({"mask"})),
    "bits": Law(dropped, frozenset({"bits"})),
    "index": Law(pooled, frozenset({"index"})),
    "coded": Law(squashed, frozenset({"coded"})),
    "recompute": Law(normed, frozenset({"recompute"})),
    "dropout on bits": Law(
        dropped, frozenset({"bits"}), frozenset({DROPOUT_PACK, DROPOUT_BITS_GRAD, CONV_GRAD_IN_PLACE})
    ),
    "by samples": Law(
        normed, frozenset({"recompute"}), frozenset({STREAM, BATCH_NORM_GRAD, BATCH_NORM_IN_PLACE})
    ),
    # Large enough that a chunk of samples is a small part.
    "forward by samples": Law(
        relu,
        frozenset({"mask"}),
        frozenset({STREAM, STREAM_PACK}),
        side=64,
        also=frozenset({"recompute"}),
    ),
    "layer norm": Law(layer_normed, frozenset(), frozenset({LAYER_NORM_GRAD, CONV_GRAD_IN_PLACE})),
}


def test_every_form_has_a_law() -> None:
    assert frozenset().union(*(law.forms for law in LAWS.values())) == FORMS


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_one_form_alone(law, tmp_path, monkeypatch):
    config = bitgraph.Config(
        batch=BATCH, only=law.forms | law.also, streaming=bool(law.streaming), budget=bitgraph.Budget()
    )
    found = optimized(net_of(law.layer, law.side), config, tmp_path)
    report = found.outcome.report
    assert law.forms <= {stash.encoding for stash in report.stashes} <= law.forms | law.also | {"keep"}
    assert found.operators & STREAMING == law.streaming
    assert found.is_identical()
    claimed = report.peak_after / report.peak_before
    assert claimed < 0.97
    assert abs(found.peak_ratio - claimed) < 0.02 * claimed
    if law.streaming:
        monkeypatch.setenv("BITGRAPH_FAIL_PROBE", ",".join(PROBES))
        assert found.is_identical(), "with what is done where no form holds"
