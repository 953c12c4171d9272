"""Let convolutions of the forward pass take their input by samples, where the two together hold the peak.

``y, m = MaskPack(Relu(Conv(x, w0))); z = Conv(y, w1)`` becomes ``z, m = StreamPack(x, w0, w1)``, whose
program says the same: y is never there for the whole batch, and its mask is written chunk by chunk. Where y
is held anyhow, ``y, held = BitmapPack(x); z = Conv(y, w1)``, z is computed of that: ``z = Stream(held, w1)``.

Left alone: convolutions below the peak, an input that something else reads, other operators than Conv and
Relu in front, sums of convolutions, which the runtime computes in one.
"""

import onnx_ir as ir
from bitgraph.passes.replacing import disconnect, take_out

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.forward_streams import ForwardStream, find_forward_streams


class StreamConvolutionsPass(ir.passes.InPlacePass):
    """Let convolutions run by samples; to be run when buffers are apart, since it goes by the peak."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember how sizes are bound."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        now: dict[ir.Value, ir.Value] = {}
        replaced = [
            node
            for each in find_forward_streams(model, self._config, self._sizes)
            for node in _put(each, now)
        ]
        if replaced:
            take_out(replaced, model)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _put(each: ForwardStream, now: dict[ir.Value, ir.Value]) -> list[ir.Node]:
    """Put a node where the reader stands; return the nodes that it replaces.

    Args:
        each: What is to be done.
        now: What stands for the outputs of the nodes that were replaced before; added to.
    """
    reader = each.reader
    op = domain.STREAM_PACK if each.masks else domain.STREAM
    made = [reader.outputs[0], *each.masks]
    stream = ir.node(
        op,
        inputs=[now.get(value, value) for value in each.inputs],
        attributes={"program": each.text},
        domain=domain.DOMAIN,
        num_outputs=len(made),
        name=f"{reader.name or reader.outputs[0].name}/{op}",
        doc_string=f"{reader.op_type}, with its input by samples.",
    )
    for before, after in zip(made, stream.outputs, strict=True):
        after.name, after.shape, after.type = before.name, before.shape, before.type
    now.update(zip(made, stream.outputs, strict=True))
    ir.convenience.replace_all_uses_with(made, stream.outputs, replace_graph_outputs=True)
    assert reader.graph is not None
    reader.graph.insert_after(reader, stream)
    # A Pack whose held form is read stays; what it passes on nobody reads any more.
    replaced = [reader, *(node for node in each.sources if node is not each.pack)]
    disconnect(replaced)
    return replaced
