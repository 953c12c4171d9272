"""Keep what the gradient of a batch norm reads by samples, where the memory is to spare.

Its dX needs sums over all samples first, so a Stream computes a large input twice. Where the step's peak is
higher anyhow, ``Stream`` becomes ``Stream <keep = 1>``, which computes it once.

Left alone: Streams at the peak, those without such a gradient, inputs that are kept for being small.
"""

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.kept import find_kept


class KeepNormInputsPass(ir.passes.InPlacePass):
    """Let Streams keep what they would compute twice; to be run last, since it goes by the peak."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember how sizes are bound."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        kept = find_kept(model, self._config, self._sizes)
        for node in kept:
            node.attributes[domain.KEEP] = ir.AttrInt64(domain.KEEP, 1)
        return ir.passes.PassResult(model, modified=bool(kept))
