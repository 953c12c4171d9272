"""Step graphs of standard operators, as real exporters made them, in whatever ONNX Runtime is installed.

``tools/step_graphs`` says how the stored graphs were made.
"""

import lzma
import pathlib
from typing import Any

import onnx_ir as ir
import pytest

import bitgraph
from bitgraph.measure.batch_file import save_batches
from bitgraph.measure.child import run_in_child
from bitgraph.measure.data import make_batches
from bitgraph.measure.identity import as_digests, first_difference
from bitgraph.measure.open_subject import open_subject

STORED = pathlib.Path(__file__).parents[1] / "fixtures" / "step_graphs"

# What each must keep of stock's peak.
LARGEST = {
    "torch_conv2": 0.75,
    "torch_conv4": 0.75,
    "onnxsim_conv2": 0.75,
    "onnxsim_conv4": 0.75,
    "jax_mlp": 0.95,
    "jax_attention": 0.88,
    "jax_im2col": 0.80,
}


def unpacked(name: str, folder: pathlib.Path) -> pathlib.Path:
    path = folder / f"{name}.onnx"
    path.write_bytes(lzma.decompress((STORED / f"{name}.onnx.xz").read_bytes()))
    return path


@pytest.mark.parametrize("name", LARGEST)
def test_same_bits_at_a_lower_peak(name: str, tmp_path: pathlib.Path) -> None:
    stock = unpacked(name, tmp_path)
    optimized = tmp_path / "optimized.onnx"
    ir.save(bitgraph.optimize(stock).model, optimized)
    subjects, batches = [open_subject(path)[0] for path in (stock, optimized)], tmp_path / "batches.npz"
    names = run_in_child("inputs", subjects[:1], tmp_path)
    assert names[:2] == ["x", "labels"]
    save_batches(make_batches(ir.load(stock), names, steps=2).steps, batches)

    def both(deed: str) -> list[Any]:
        return [run_in_child(deed, [each], tmp_path, batches=str(batches), threads=1) for each in subjects]

    assert first_difference(*map(as_digests, both("digests"))) is None
    before, after = both("peak")
    assert after <= LARGEST[name] * before


def test_every_stored_graph_is_tested() -> None:
    assert {path.name.removesuffix(".onnx.xz") for path in STORED.iterdir()} == set(LARGEST)
