"""A gradient graph made by hand with onnxblock, whose loss another output hides."""

import pathlib

import numpy as np
import onnx
import onnx_ir as ir
import pytest

import bitgraph
from bitgraph.graph.split import split
from bitgraph.measure.data import make_batches
from bitgraph.measure.identity import first_difference, measure_digests
from bitgraph.measure.open_subject import open_subject
from bitgraph.measure.runner import open_runner
from bitgraph.measure.session import open_options
from bitgraph.runtime.training import artifacts

NET = """<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 3, 16, 16] x) => (float[N, 8] scores, float side_loss) {
    c1 = Conv<pads = [1, 1, 1, 1]>(x, w1)
    r1 = Relu(c1)
    p1 = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r1)
    c2 = Conv<pads = [1, 1, 1, 1]>(p1, w2)
    r2 = Relu(c2)
    scores = ReduceMean<axes = [2, 3], keepdims = 0>(r2)
    side_loss = ReduceMean<keepdims = 0>(r1)
}"""


@pytest.fixture
def step(tmp_path: pathlib.Path) -> tuple[pathlib.Path, str]:
    """The gradient graph, and the name that onnxblock gave the loss."""
    onnxblock = artifacts.onnxblock

    class Block(onnxblock.TrainingBlock):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.loss = onnxblock.loss.MSELoss()

        def build(self, scores: str) -> tuple[str, str]:
            return self.loss(scores), "side_loss"

    model, rng = onnx.parser.parse_model(NET), np.random.default_rng(0)
    for name, shape in {"w1": (16, 3, 3, 3), "w2": (8, 16, 3, 3)}.items():
        weight = rng.normal(0, 0.2, shape).astype(np.float32)
        model.graph.initializer.append(onnx.numpy_helper.from_array(weight, name))
    with onnxblock.base(model):
        block = Block()
        for name in ("w1", "w2"):
            block.requires_grad(name)
        loss, _ = block("scores")
        training, _ = block.to_model_proto()
    onnx.save(training, tmp_path / "step.onnx")
    return tmp_path / "step.onnx", loss


def test_the_loss_that_is_named(step: tuple[pathlib.Path, str], tmp_path: pathlib.Path) -> None:
    stock, loss = step
    assert split(ir.load(stock).graph).loss.name == "side_loss"  # found by its name, and wrong
    optimized = tmp_path / "optimized.onnx"
    result = bitgraph.optimize(stock, bitgraph.Config(batch=8, loss_output=loss))
    ir.save(result.model, optimized)
    assert result.report.peak_after <= 0.7 * result.report.peak_before
    subjects = [open_subject(path)[0] for path in (stock, optimized)]
    names = open_runner(subjects[0], open_options(subjects[0], threads=1)).data_names()
    batches = make_batches(ir.load(stock), names, batch=8, steps=2).steps
    assert first_difference(*(measure_digests(subject, batches) for subject in subjects)) is None
