"""How many bytes each value of a graph takes at a given batch."""

from collections.abc import Iterable, Mapping

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.buffer_dims import dim_of
from bitgraph.graph.fold import Known, fold
from bitgraph.graph.infer import infer_outputs
from bitgraph.programs import Program, read_program

DEFAULT_BATCH = 8
"""Batch that sizes are computed for when the user names none."""

DEFAULT_LENGTH = 64
"""What other symbolic dims of the data inputs (sequence length, image side) are taken as."""

HEADER_BYTES = 64
"""What a held form takes beside its payload, roughly (dims and padding)."""

CODED_FRACTION = 0.855
"""What float32 values without zeros take when they are coded, of their dense size; seen are 0.852 to 0.857,
in tensors of fourteen nets after three steps, the worst of them 0.893."""

_BITMAP_OF_RELU_PACK = 2
"""Its output number; no other operator has one."""

Shape = tuple[int, ...]


class Sizes:
    """Concrete shapes, element types and bytes of all values of a graph.

    Symbolic dims of the graph's inputs are bound (the first dim of an input is the batch), symbols
    that only the producer of the graph named are solved from what is known, and what the file
    leaves out is inferred node by node.
    """

    def __init__(
        self, model: ir.Model, batch: int | None = None, dims: Mapping[str, int] | None = None
    ) -> None:
        """Compute the sizes of all values of ``model``.

        Args:
            model: The model; it is not changed.
            batch: What the first dim of the data inputs is, where it is symbolic; what ``dims`` or
                the model say, else 8, when not given.
            dims: What symbolic dims of the data inputs are; the rest is assumed.
        """
        graph = model.graph
        noted = model.metadata_props.get(domain.BATCH_KEY, "")
        assumed = int(noted) if noted.isdecimal() else DEFAULT_BATCH
        self._symbols = _bind_inputs(graph.inputs, batch, dims or {}, assumed)
        self._shapes: dict[ir.Value, Shape] = {}
        self._dtypes: dict[ir.Value, ir.DataType] = {}
        self._known: Known = {}
        self._held: dict[ir.Value, ir.Value] = {}
        self._programs: dict[ir.Node, Program] = {}
        self._visited: set[ir.Node] = set()
        for value in [*graph.inputs, *graph.initializers.values()]:
            self._note(value, self._declared(value), value.dtype)
        self.follow(model)

    def follow(self, model: ir.Model) -> None:
        """Compute the sizes of what a rewrite has put into ``model``, which leaves those of other values."""
        for node in model.graph:
            if node not in self._visited:
                self._visited.add(node)
                self._visit(node, model)

    def shape(self, value: ir.Value) -> Shape | None:
        """Return the concrete shape of ``value``, or None when it cannot be known."""
        return self._shapes.get(value)

    def dtype(self, value: ir.Value) -> ir.DataType | None:
        """Return the element type of ``value``, or None when it cannot be known."""
        return self._dtypes.get(value)

    def elements(self, value: ir.Value) -> int:
        """Return the number of elements of ``value``; 0 when it cannot be known."""
        shape = self._shapes.get(value)
        return 0 if shape is None else _product(shape)

    def nbytes(self, value: ir.Value) -> int:
        """Return the dense bytes of ``value``; 0 when they cannot be known."""
        dtype = self._dtypes.get(value)
        if dtype is None or dtype == ir.DataType.STRING:
            return 0
        return int(self.elements(value) * dtype.itemsize)

    def program(self, stream: ir.Node) -> Program:
        """Return what a Stream computes; the values in it have sizes too."""
        return self._programs[stream]

    def _visit(self, node: ir.Node, model: ir.Model) -> None:
        for value in node.outputs:
            self._note(value, self._declared(value), value.dtype)
        if node.domain == domain.DOMAIN and node.op_type in domain.STREAMS:
            self._visit_stream(node, model)
            return
        if node.domain == domain.DOMAIN and node.op_type not in domain.GRADIENTS | domain.BATCH_NORMS:
            self._visit_own(node)
        self._known.update(fold(node, self._shapes, self._known))
        if all(value in self._shapes and value in self._dtypes for value in node.outputs):
            return
        for value, (shape, dtype) in infer_outputs(
            node, model, self._shapes, self._dtypes, self._known
        ).items():
            self._note(value, shape, dtype)
            self._learn(value)

    def _visit_stream(self, node: ir.Node, model: ir.Model) -> None:
        """Size what is inside of a Stream, and its outputs, which are there as well."""
        program = read_program(node.attributes["program"].as_string())
        self._programs[node] = program
        for port, value in zip(program.inputs, node.inputs, strict=True):
            assert value is not None
            self._note(port.value, self._shapes.get(value), self._dtypes.get(value))
            if value in self._held:
                self._held[port.value] = self._held[value]
        repeats = node.metadata_props.get(domain.REPEATS_KEY, "").split("\n")
        for inner, name in zip(program.nodes, repeats, strict=False):
            if name:
                inner.metadata_props[domain.REPEATS_KEY] = name
        program.nodes[-1].name = node.metadata_props.get(domain.STANDS_FOR_KEY)
        for inner in program.nodes:
            self._visit(inner, model)
        for port, value in zip(program.outputs, node.outputs, strict=True):
            self._note(value, self._shapes.get(port.value), self._dtypes.get(port.value))
            if port.value in self._held:
                self._held[value] = self._held[port.value]

    def _visit_own(self, node: ir.Node) -> None:
        """Size the outputs of a custom operator: an alias and a held form, or like its input."""
        first, *held = node.outputs
        if not held and node.op_type in domain.PACKS:
            held = [first]  # In a program there is no alias.
        source = self._restored(node) if node.op_type.endswith("Unpack") else node.inputs[0]
        if node.op_type == domain.MAX_POOL_INDEX:
            source = first  # whose dims are in the file, as the MaxPool's were
        if source is not None and source in self._dtypes and first not in held:
            dtype = self._dtypes[source]
            self._note(first, self._shapes.get(source), dtype)
        for value in held:
            data = _held_by(node)
            if data is not None:
                self._held[value] = data
            self._shapes[value] = (self._held_bytes(node, value),)
            self._dtypes[value] = ir.DataType.UINT8

    def _restored(self, node: ir.Node) -> ir.Value | None:
        """What an Unpack gives back; outside of the graph of its Pack, what it waits for looks like that."""
        held = node.inputs[0]
        if held is not None and held in self._held:
            return self._held[held]
        return node.inputs[1] if len(node.inputs) > 1 else None

    def _held_bytes(self, node: ir.Node, held: ir.Value) -> int:
        if node.op_type in {domain.INDEX_PACK, domain.MAX_POOL_INDEX}:
            return HEADER_BYTES + self.elements(node.outputs[0])
        data = _held_by(node)
        if data is None:
            return HEADER_BYTES
        elements = self.elements(data)
        if node.op_type == domain.CODED_PACK:
            return HEADER_BYTES + round(CODED_FRACTION * self.nbytes(data))
        bits = (elements + 7) // 8
        if node.op_type != domain.BITMAP_PACK and held.index() != _BITMAP_OF_RELU_PACK:
            return HEADER_BYTES + bits
        zeros = float(node.metadata_props.get(domain.ZEROS_KEY, "0"))
        dense = self.nbytes(data)
        return HEADER_BYTES + min(dense, bits + round(dense * (1.0 - zeros)))

    def _note(self, value: ir.Value, shape: Shape | None, dtype: ir.DataType | None) -> None:
        if shape is not None:
            self._shapes.setdefault(value, shape)
        if dtype is not None and dtype != ir.DataType.UNDEFINED:
            self._dtypes.setdefault(value, dtype)

    def _learn(self, value: ir.Value) -> None:
        """Bind the symbols that only this value's declared shape had an unknown number for."""
        shape = self._shapes.get(value)
        if shape is None or value.shape is None or len(shape) != len(value.shape):
            return
        for dim, number in zip(value.shape, shape, strict=True):
            if isinstance(dim, ir.SymbolicDim) and dim.value is not None:
                self._symbols.setdefault(str(dim_of(str(dim.value))), number)

    def _declared(self, value: ir.Value) -> Shape | None:
        """The shape in the file with its symbols bound, when all of them are."""
        if value.shape is None:
            return None
        dims = []
        for dim in value.shape:
            bound = dim if isinstance(dim, int) else self._bound(str(dim.value))
            if bound is None:
                return None
            dims.append(bound)
        return tuple(dims)

    def _bound(self, symbol: str) -> int | None:
        """What a symbol stands for; the name that a buffer has for itself stands for what it is made of."""
        dim = dim_of(symbol)
        return dim if isinstance(dim, int) else self._symbols.get(dim)


def sizes_now(model: ir.Model, config: Config, sizes: Sizes | None) -> Sizes:
    """Return ``sizes``, which are of ``model`` as it was before a rewrite, as they are now; or make them."""
    if sizes is None:
        return Sizes(model, config.batch, config.dims)
    sizes.follow(model)
    return sizes


def _bind_inputs(
    inputs: Iterable[ir.Value], batch: int | None, dims: Mapping[str, int], assumed: int
) -> dict[str, int]:
    symbols: dict[str, int] = {}
    for value in inputs:
        for axis, dim in enumerate(value.shape or ()):
            if isinstance(dim, ir.SymbolicDim) and dim.value is not None:
                name = str(dim.value)
                known = dims.get(name, DEFAULT_LENGTH if axis else assumed)
                symbols.setdefault(name, known if axis else batch or known)
    return symbols


def _held_by(pack: ir.Node) -> ir.Value | None:
    """What a Pack holds."""
    return pack.inputs[1 if pack.op_type in {domain.BITS_PACK, domain.INDEX_PACK} else 0]


def _product(dims: Iterable[int]) -> int:
    total = 1
    for dim in dims:
        total *= dim
    return total
