"""The example of a pipeline, run on a step graph that PyTorch's exporter made."""

import importlib.util
import lzma
import pathlib
from types import ModuleType

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime
import pytest

import bitgraph
from bitgraph.domain import DOMAIN

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pipeline_example", ROOT / "docs/examples/pipeline.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stock() -> ir.Model:
    stored = ROOT / "tests/fixtures/step_graphs/torch_conv2.onnx.xz"
    return ir.from_proto(onnx.load_from_string(lzma.decompress(stored.read_bytes())))


def outputs(model: ir.Model) -> list[bytes]:
    options = bitgraph.session_options()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(ir.to_proto(model).SerializeToString(), options)
    rng = np.random.default_rng(0)
    feeds = {each.name: rng.standard_normal(each.shape, np.float32) for each in session.get_inputs()}
    return [np.asarray(array).tobytes() for array in session.run(None, feeds)]


@pytest.mark.parametrize("rewrite", ["lower_memory", "masks_alone"])
def test_same_bits(example: ModuleType, rewrite: str) -> None:
    expected = outputs(stock())
    rewritten = getattr(example, rewrite)(stock())
    assert any(node.domain == DOMAIN for node in rewritten.graph)
    assert outputs(rewritten) == expected
