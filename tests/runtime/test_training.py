"""Loading ONNX Runtime's training API, in fresh processes: modules cannot be unloaded."""

import pathlib
import subprocess
import sys


def run(code: str, cwd: pathlib.Path, *, paths: str = "") -> str:
    # What a test puts there must be found before what is installed.
    code = f"import sys; sys.path[:0] = [p for p in ({paths!r},) if p]\n{code}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


USE = """
from bitgraph.runtime.training import api, artifacts
assert api.Module.__name__ == 'Module'
assert artifacts.LossType.CrossEntropyLoss
"""


def test_the_usual_imports_work_afterwards(tmp_path: pathlib.Path) -> None:
    after = (
        "import onnxruntime.training.api\n"
        "assert onnxruntime.training.api is api\n"
        "from onnxruntime.training import artifacts as found\n"
        "assert found is artifacts"
    )
    run(USE + after, tmp_path)


def test_a_package_that_is_there_already_is_used(tmp_path: pathlib.Path) -> None:
    before = (
        "import types, onnxruntime\n"
        "package = types.ModuleType('onnxruntime.training')\n"
        "package.__path__ = [onnxruntime.__path__[0] + '/training']\n"
        "sys.modules['onnxruntime.training'] = package\n"
    )
    run(before + USE + "assert sys.modules['onnxruntime.training'] is package", tmp_path)


def test_an_onnxruntime_that_cannot_train(tmp_path: pathlib.Path) -> None:
    (tmp_path / "onnxruntime.py").write_text("__path__ = []\n")
    code = (
        "from bitgraph.errors import BadInputError\n"
        "try:\n    import bitgraph.runtime.training\n"
        "except BadInputError as error:\n    print(error)"
    )
    text = run(code, tmp_path, paths=str(tmp_path))
    assert "cannot train" in text
    assert "pip install 'bitgraph[training]'" in text
