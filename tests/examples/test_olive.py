"""The step for Microsoft Olive, in a workflow that Olive runs."""

import json
import lzma
import pathlib

import onnx
import pytest

from bitgraph.domain import DOMAIN, METADATA_KEY

ROOT = pathlib.Path(__file__).parents[2]
CONFIGS = ROOT / "docs/examples/olive"


def test_the_package_config_names_what_is_there() -> None:
    passes = json.loads((CONFIGS / "package.json").read_text())["passes"]
    module, name = passes["TrainingMemory"]["module_path"].rsplit(".", 1)
    assert module == "bitgraph.olive"
    assert f"class {name}(Pass)" in (ROOT / "bitgraph/olive.py").read_text()


@pytest.mark.filterwarnings("default")
def test_workflow(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLIVE_DISABLE_TELEMETRY", "1")
    reason = "olive-ai is not installed; it brings torch, so that no extra has it"
    run = pytest.importorskip("olive.workflows", reason=reason).run
    monkeypatch.chdir(tmp_path)
    stored = ROOT / "tests/fixtures/step_graphs/torch_conv2.onnx.xz"
    pathlib.Path("step.onnx").write_bytes(lzma.decompress(stored.read_bytes()))
    workflow = json.loads((CONFIGS / "workflow.json").read_text())
    run({**workflow, "cache_dir": str(tmp_path / "cache")}, package_config=CONFIGS / "package.json")
    (made,) = (tmp_path / "optimized").rglob("*.onnx")
    model = onnx.load(made)
    assert any(node.domain == DOMAIN for node in model.graph.node)
    assert METADATA_KEY in {entry.key for entry in model.metadata_props}
