"""Take a gradient's input by samples, out of what it is restored or computed from.

``dX, dW = ConvGrad(dY, Relu(Conv(BitmapUnpack(held, dY), w0)), w1)`` becomes ``Stream(dY, held, w0, w1)``
with a program that says the same; the library runs it some samples at a time. What is restored or computed
again is then never there for the whole batch, and dX takes dY's memory where the two are alike. Barriers
and what nodes wait for go: a Stream waits for dY anyhow.

Left alone: gradients that this would save nothing, nodes that something else reads from, other operators
than those of a program, element types other than float32.
"""

import onnx_ir as ir
from bitgraph.passes.replacing import disconnect, replace, take_out

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import Sizes
from bitgraph.plan.streams import Stream, find_streams


class StreamGradientsPass(ir.passes.InPlacePass):
    """Let gradients and what is in front of them run by samples; to be run after the other passes."""

    def __init__(self, config: Config | None = None, sizes: Sizes | None = None) -> None:
        """Remember how sizes are bound."""
        super().__init__()
        self._config = config or Config()
        self._sizes = sizes

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        now: dict[ir.Value, ir.Value] = {}
        replaced = [
            node for each in find_streams(model, self._config, self._sizes) for node in _put(each, now)
        ]
        if replaced:
            take_out(replaced, model)
        return ir.passes.PassResult(model, modified=bool(replaced))


def _put(each: Stream, now: dict[ir.Value, ir.Value]) -> list[ir.Node]:
    """Put a Stream where the gradient stands; return the nodes that it replaces.

    Args:
        each: What is to be done.
        now: What stands for the outputs of the gradients that were replaced before; added to.
    """
    reader = each.reader
    stream = ir.node(
        domain.STREAM,
        inputs=[now.get(value, value) for value in each.inputs],
        attributes={"program": each.text},
        domain=domain.DOMAIN,
        num_outputs=len(reader.outputs),
        name=f"{reader.name or reader.outputs[0].name}/{domain.STREAM}",
        doc_string=f"{reader.op_type}, with its input by samples.",
    )
    stream.metadata_props[domain.STANDS_FOR_KEY] = reader.metadata_props.get(
        domain.STANDS_FOR_KEY, reader.name or ""
    )
    if any(each.repeats):
        stream.metadata_props[domain.REPEATS_KEY] = "\n".join(each.repeats)
    now.update(zip(reader.outputs, stream.outputs, strict=True))
    replace(reader, stream)
    disconnect(each.sources)
    return [reader, *each.sources]
