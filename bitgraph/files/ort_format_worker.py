"""The process in which ONNX Runtime converts graphs: ``ort_format_worker DIRECTORY GRAPH ...``.

Exit status 0: DIRECTORY has an ``.ort`` file for each graph; 1: the last line on stdout says why not.
"""

import pathlib
import sys

from bitgraph.runtime import library_path


def main() -> None:
    """Convert the graphs named on the command line."""
    directory, *graphs = map(pathlib.Path, sys.argv[1:])
    try:
        from onnxruntime.tools.convert_onnx_models_to_ort import (
            OptimizationStyle,
            convert_onnx_models_to_ort,
        )

        for graph in graphs:
            convert_onnx_models_to_ort(
                graph,
                output_dir=directory,
                optimization_styles=[OptimizationStyle.Fixed],
                custom_op_library_path=library_path(),
            )
    except Exception as error:  # whatever ONNX Runtime raises: it has one type for all
        print(" ".join(str(error).split())[:500] or type(error).__name__)
        sys.exit(1)


if __name__ == "__main__":
    main()
