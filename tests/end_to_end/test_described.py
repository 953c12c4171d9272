"""An optimized graph says of itself how it was made and what its nodes save."""

import re

import pytest
from graphs import graph
from small_net import small_artifacts

import bitgraph
from bitgraph import domain
from bitgraph.describing import describe
from bitgraph.graph.sizes import Sizes


@pytest.fixture(scope="module")
def optimized(tmp_path_factory):
    directory = small_artifacts(tmp_path_factory.mktemp("described") / "small")
    config = bitgraph.Config(batch=256, exclude=["none*"], budget=bitgraph.parse_budget("min"))
    return bitgraph.optimize(directory, config)


def test_every_inserted_node_says_what_it_is_for(optimized):
    inserted = [node for node in optimized.model.graph if node.domain == domain.DOMAIN]
    assert inserted
    assert [node.name for node in inserted if not node.doc_string] == []


def test_a_repeated_node_says_what_is_not_kept():
    model = graph("r = Relu(x) s = Neg(r)", inputs="float[512,512] x", outputs="float[512,512] s")
    repeated = next(iter(model.graph))
    repeated.outputs[0].name = "r.again.0"
    describe(model, [], Sizes(model))
    assert repeated.doc_string == "Computes 'r' again for the backward pass: its 1.0 MiB are not kept."


def test_packs_name_the_bytes_of_the_report(optimized):
    entries = {entry.name: entry for entry in optimized.report.stashes}
    packs = [node for node in optimized.model.graph if node.op_type in domain.PACKS]
    assert packs
    for pack in packs:
        name = pack.outputs[1].name.rpartition(".")[0]
        found = re.search(r"Saves ([\d.]+) MiB", pack.doc_string)
        assert found is not None
        saved = entries[name].dense_bytes - entries[name].expected_bytes
        assert float(found[1]) * 2**20 == pytest.approx(saved, rel=0.3)


def test_a_gradient_does_not_claim_the_bytes_of_a_stash_that_its_parameter_is_called_after():
    text = "g = Neg(dy) dx, dw = bitgraph.ConvGradInPlace(g, x, w)"
    images = "float[64,64,8,8] {}"
    model = graph(
        text,
        inputs=f"{images.format('dy')}, {images.format('x')}, float[64,64,1,1] w",
        outputs=f"{images.format('dx')}, float[64,64,1,1] dw",
    )
    gradient = list(model.graph)[1]
    gradient.outputs[1].name = "conv.weight_grad"
    stash = {"name": "conv", "dense_bytes": 2**20, "expected_bytes": 2**20}
    describe(model, [stash], Sizes(model))
    expected = "Saves 1.0 MiB where its output takes the memory of its input."
    assert gradient.doc_string == expected


def test_inspect_tells_the_options(optimized):
    notes = bitgraph.inspect(optimized.model).notes
    options = 'exclude ["none*"], batch 256, budget "min"'
    assert notes[0].startswith(f"already optimized by bitgraph {bitgraph.__version__} ({options}): ")


def test_a_broken_note_is_no_error(optimized):
    model = optimized.model.clone()
    for broken in ("{", "[]"):
        model.metadata_props[domain.OPTIONS_KEY] = broken
        assert f"{bitgraph.__version__}: nothing" in bitgraph.inspect(model).notes[0]
