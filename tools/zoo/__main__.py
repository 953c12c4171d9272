"""Write a net of the zoo: ``python tools/zoo NAME -o DIR``."""

import argparse
import pathlib
import sys

import onnx

# Run as a folder, the first entry of the path is the folder itself, not its parent.
sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)

from zoo.nets import NETS  # noqa: E402  # needs the path set above


def main() -> None:
    """Build the named net and write its artifacts, or the forward model alone."""
    parser = argparse.ArgumentParser(prog="zoo", description=__doc__)
    parser.add_argument("name", choices=sorted(NETS))
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--optimizer", choices=["sgd", "adamw"], default="sgd")
    parser.add_argument("--forward", action="store_true", help="write only forward.onnx")
    arguments = parser.parse_args()
    net = NETS[arguments.name]()
    if arguments.forward:
        arguments.output.mkdir(parents=True, exist_ok=True)
        onnx.save(net.model, arguments.output / "forward.onnx")
        return
    from zoo.artifacts import write_artifacts  # loads onnxruntime

    write_artifacts(net, arguments.output, arguments.optimizer)


if __name__ == "__main__":
    main()
