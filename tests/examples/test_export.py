"""The example of an export script: on stored exports of it, and from PyTorch where that is installed."""

import importlib.util
import lzma
import pathlib
import shutil
from types import ModuleType

import onnx
import onnx_ir as ir
import onnxruntime
import pytest

from bitgraph.measure.data import make_batches
from bitgraph.measure.identity import first_difference, measure_digests
from bitgraph.measure.open_subject import open_subject
from bitgraph.measure.runner import open_runner
from bitgraph.measure.session import open_options

ROOT = pathlib.Path(__file__).parents[2]
BATCH = 16

# What each must keep of stock's predicted peak.
LARGEST = {"cnn": 0.6, "bert": 0.9}


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("export_example", ROOT / "docs/examples/export.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(name: str) -> tuple[onnx.ModelProto, list[str]]:
    packed = ROOT / f"tests/fixtures/forward_graphs/{name}.onnx.xz"
    model = onnx.load_from_string(lzma.decompress(packed.read_bytes()))
    return model, model.metadata_props[0].value.split()


def digests(artifacts: pathlib.Path, stock: pathlib.Path) -> list[dict[str, str]]:
    """What two steps compute, on the same data and from the same seed."""
    subject, _ = open_subject(artifacts)
    names = open_runner(subject, open_options(subject, threads=1)).data_names()
    batches = make_batches(ir.load(stock / "training_model.onnx"), names, batch=BATCH, steps=2).steps
    onnxruntime.set_seed(0)
    return measure_digests(subject, batches)


@pytest.mark.parametrize("name", LARGEST)
def test_same_bits_at_a_lower_peak(name: str, example: ModuleType, tmp_path: pathlib.Path) -> None:
    stock, optimized = tmp_path / "stock", tmp_path / "optimized"
    stock.mkdir()
    example.make_artifacts(*stored(name), stock)
    shutil.copytree(stock, optimized)
    report = example.lower_memory(optimized, BATCH)
    assert report.peak_after <= LARGEST[name] * report.peak_before
    assert first_difference(digests(stock, stock), digests(optimized, stock)) is None
    # Nothing is held of BERT's frozen layers but what comes out of the last; the other net has none.
    frozen = [
        stash.name for stash in report.stashes if "embeddings" in stash.name or "layer.0/" in stash.name
    ]
    told = [note for note in report.notes if note.startswith("frozen")]
    assert len(frozen) == len(told) == (1 if name == "bert" else 0)
    assert all(f"nothing is held of them but {frozen[0]}, which" in note for note in told)


@pytest.mark.parametrize(("name", "needed"), [("cnn", "torch"), ("bert", "transformers")])
@pytest.mark.filterwarnings("default")
def test_export_is_what_was_stored(
    name: str, needed: str, example: ModuleType, tmp_path: pathlib.Path
) -> None:
    for package in ("torch", needed):
        pytest.importorskip(package, reason=f"{package} is not installed; stored exports are tested instead")
    trained = example.export(*getattr(example, name)(), tmp_path / "forward.onnx")
    exported, (kept, names) = onnx.load(tmp_path / "forward.onnx"), stored(name)
    assert trained == names
    assert [node.op_type for node in exported.graph.node] == [node.op_type for node in kept.graph.node]
