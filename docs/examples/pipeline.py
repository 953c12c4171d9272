"""Less memory as a step of an export script: onnxscript's optimizer first, then bitgraph, in memory.

Use: ``python docs/examples/pipeline.py STEP.onnx OUT.onnx``. STEP.onnx holds loss and gradients.
"""

import sys

import onnx_ir as ir
import onnxscript.optimizer

import bitgraph
from bitgraph import passes


def lower_memory(model: ir.Model) -> ir.Model:
    """Fold and simplify ``model`` in place, and return it rewritten by the plan that bitgraph chose."""
    onnxscript.optimizer.optimize(model)
    optimized = bitgraph.optimize(model)
    print(f"predicted peak: {optimized.report.peak_before} -> {optimized.report.peak_after} bytes")
    return optimized.model


def masks_alone(model: ir.Model) -> ir.Model:
    """Rewrite ``model`` in place by chosen passes: what activation gradients read is held as bits."""
    chosen = ir.passes.Sequential(
        passes.HoldConditionsPass(), passes.HoldMasksPass(), passes.SeparateBuffersPass()
    )
    return chosen(model).model


if __name__ == "__main__":
    ir.save(lower_memory(ir.load(sys.argv[1])), sys.argv[2])
