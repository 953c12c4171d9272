"""Forward models as ``docs/examples/export.py`` exports them, with the names of what is trained.

Use: ``python tools/forward_graphs.py DIR`` where bitgraph, torch 2.13 and transformers 5.24 are installed.
"""

import importlib.util
import lzma
import pathlib
import sys
import tempfile

import onnx
import torch

EXAMPLE = pathlib.Path(__file__).parents[1] / "docs/examples/export.py"


def main(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    spec = importlib.util.spec_from_file_location("export_example", EXAMPLE)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    for name in ("cnn", "bert"):
        torch.manual_seed(0)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "forward.onnx")
            trained = example.export(*getattr(example, name)(), path)
            model = onnx.load(path)
        model.metadata_props.add(key="trained", value=" ".join(trained))
        stored = directory / f"{name}.onnx.xz"
        stored.write_bytes(lzma.compress(model.SerializeToString(), preset=9))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
