"""The C++ example, built against the runtime of the plain wheel, trains to the bits that Python trains to."""

import json
import lzma
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest

import bitgraph
from bitgraph.runtime import library_path

ROOT = pathlib.Path(__file__).parents[2]
STEPS, RATE = 3, 0.05

# What Python makes of the same steps: `python - STEP LIBRARY VALUES STEPS RATE PACKAGES`.
PYTHON = """
import json, sys
step, library, values, steps, rate, packages = sys.argv[1:]
sys.path.insert(0, packages)
import numpy as np, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.register_custom_ops_library(library)
session = onnxruntime.InferenceSession(step, options, providers=["CPUExecutionProvider"])
feeds, rest, losses = {}, np.fromfile(values, np.float32), []
for each in session.get_inputs():
    size = int(np.prod(each.shape))
    feeds[each.name], rest = rest[:size].reshape(each.shape), rest[size:]
for _ in range(int(steps)):
    results = dict(zip([each.name for each in session.get_outputs()], session.run(None, feeds)))
    losses.append(f"{np.asarray(results['loss']).view(np.uint32):08x}")
    for name in feeds:
        if f"{name}_grad" in results:
            feeds[name] = feeds[name] - np.float32(rate) * results[f"{name}_grad"]
print(json.dumps(losses))
"""


@pytest.fixture(scope="module")
def runtime() -> pathlib.Path:
    """The library of a plain ONNX Runtime: the installed one, or that of ``make build/plain.stamp``."""
    places = [pathlib.Path(onnxruntime.__file__).parents[1], ROOT / "build" / "plain"]
    for place in places:
        for found in sorted(place.glob("onnxruntime/capi/libonnxruntime.so.*")):
            return found
    pytest.skip("no onnxruntime that exports a C API; run: make build/plain.stamp")


@pytest.fixture(scope="module")
def cmake() -> str:
    found = shutil.which("cmake", path=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None or shutil.which("c++") is None:
        pytest.skip("CMake or a C++ compiler is not installed")
    return found


def test_same_losses_as_python(runtime: pathlib.Path, cmake: str, tmp_path: pathlib.Path) -> None:
    linked = tmp_path / "libonnxruntime.so.1"  # As it calls itself.
    linked.symlink_to(runtime)
    for arguments in (
        ["-S", str(ROOT / "docs/examples/cpp"), "-B", "built", f"-DONNXRUNTIME={linked}"],
        ["--build", "built"],
    ):
        done = subprocess.run([cmake, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stderr

    stored = ROOT / "tests/fixtures/step_graphs/torch_conv2.onnx.xz"
    optimized = bitgraph.optimize(onnx.load_from_string(lzma.decompress(stored.read_bytes()))).model
    assert isinstance(optimized, onnx.ModelProto)
    onnx.save(optimized, tmp_path / "step.onnx")
    rng = np.random.default_rng(0)
    with (tmp_path / "values").open("wb") as file:
        for each in optimized.graph.input:
            shape = [dim.dim_value for dim in each.type.tensor_type.shape.dim]
            file.write((rng.standard_normal(shape, np.float32) / 10).tobytes())

    arguments = ["step.onnx", str(library_path()), "values", str(STEPS), str(RATE)]
    in_python = [sys.executable, "-c", PYTHON, *arguments, str(runtime.parents[2])]
    expected = subprocess.run(in_python, cwd=tmp_path, capture_output=True, text=True, check=True)
    trained = subprocess.run(
        [tmp_path / "built" / "train", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (trained.returncode, trained.stderr) == (0, "")
    losses = [line.split()[1] for line in trained.stdout.splitlines()]
    assert losses == json.loads(expected.stdout)
    assert len(set(losses)) == STEPS
