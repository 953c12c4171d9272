"""A graph as ONNX Runtime has it once it is loaded, as far as fusions decide which tensors there are.

* ``Identity(x)`` is ``x``.
* ``MatMul(Transpose(a), b)`` is one product, on either side and for FusedMatMul too; when nothing but
  products read the transposed tensor, it does not exist.
* ``Transpose(Gemm(a, b))`` is one product too, and so is ``Gemm(Transpose(a), b)``.
* ``MatMul(c * a, b)``, ``MatMul(a, b) * c`` and the same with a division by a constant ``c`` are one
  product; the latter only when nothing else reads the product. What dims alone give is a constant.

A fused node counts as younger than all others, which the order of execution depends on.
"""

import collections
from collections.abc import Callable

import onnx_ir as ir

from bitgraph.graph.dataflow import reads

_PRODUCTS = frozenset({"MatMul", "FusedMatMul"})

_OF_SHAPES = frozenset(
    {"Add", "Cast", "Concat", "Constant", "Div", "Gather", "Mul", "Pow", "Reciprocal", "Reshape"}
    | {"Shape", "Slice", "Sqrt", "Squeeze", "Sub", "Unsqueeze"}
)
"""Operators that exporters compute a scale of a product with, from the number of channels."""


class Loaded:
    """What runs of a graph, and what it reads.

    Attributes:
        nodes: The nodes that run, oldest first.
        parts: For a node that is fused, the nodes in front of it that it computes as well.
    """

    def __init__(self, graph: ir.Graph, *, fuse: bool = True) -> None:
        """Fuse ``graph``, which is not changed.

        Args:
            graph: The graph.
            fuse: Whether there is anything to fuse: not in a graph that the runtime wrote after loading.
        """
        self._is: dict[ir.Value, ir.Value] = {}
        self._copies: dict[ir.Value, list[ir.Value]] = {}
        self._gone: set[ir.Node] = set()
        self._fused: dict[ir.Node, None] = {}
        self.parts: dict[ir.Node, set[ir.Node]] = {}
        for node in graph if fuse else ():
            if node.op_type == "Identity" and node.inputs[0] is not None and not _is_output(node):
                real = self._real(node.inputs[0])
                self._is[node.outputs[0]] = real
                self._copies.setdefault(real, []).append(node.outputs[0])
                self._gone.add(node)
        self._reads = {node: [self._real(value) for value in reads(node)] for node in graph}
        self._readers: collections.Counter[ir.Value] = collections.Counter()
        for node in graph:
            if node not in self._gone:
                self._readers.update(self._reads[node])
        if fuse:
            self._fuse_products(graph)
        old = [node for node in graph if node not in self._gone and node not in self._fused]
        self.nodes = [*old, *(node for node in self._fused if node not in self._gone)]

    def reads(self, node: ir.Node) -> list[ir.Value]:
        """Return the values that ``node`` reads when it runs."""
        return [self._real(value) for value in self._reads[node]]

    def read(self, node: ir.Node, index: int) -> ir.Value | None:
        """Return what input number ``index`` of a node that is not fused is when it runs."""
        value = node.inputs[index]
        return None if value is None else self._real(value)

    def producers(self, node: ir.Node) -> list[ir.Node]:
        """Return the nodes that ``node`` reads from when it runs, each once."""
        made = dict.fromkeys(value.producer() for value in self.reads(node))
        return [producer for producer in made if producer is not None and producer.graph is node.graph]

    def is_part(self, node: ir.Node) -> bool:
        """Whether a node that reads the output of ``node`` computes it by itself."""
        return any(use.node in self.parts and node in self.parts[use.node] for use in node.outputs[0].uses())

    def made_from(self, value: ir.Value) -> list[ir.Value]:
        """Return the values that there are at run time instead of ``value``: itself, if it is one."""
        maker = value.producer()
        if maker is None or maker not in self._gone or value in self._is:
            return [value]
        return self.reads(maker)

    def is_view(self, value: ir.Value) -> bool:
        """Whether ``value`` is only a way to read inputs of the graph, such as a transposed weight."""
        return all(source.producer() is None for source in self.made_from(value))

    def _real(self, value: ir.Value) -> ir.Value:
        while value in self._is:
            value = self._is[value]
        return value

    def _fuse_products(self, graph: ir.Graph) -> None:
        products = [node for node in graph if node.op_type in _PRODUCTS]
        for gemm in (node for node in graph if node.op_type == "Gemm"):
            self._fuse_operands(gemm, _transposed)
            self._fuse_transpose_behind(gemm)
        for product in products:
            self._fuse_operands(product, _transposed)
        for product in products:
            self._fuse_operands(product, _scaled)
            self._fuse_scale_behind(product)
        for product in products:
            self._fuse_operands(product, _transposed)

    def _fuse_operands(self, product: ir.Node, source_of: Callable[[ir.Node], int | None]) -> None:
        """Let ``product`` read what its operands are made from, and drop what nothing reads any more."""
        operands = self._reads[product]
        for index, value in enumerate(operands[:2]):
            maker = value.producer()
            source = source_of(maker) if maker is not None and not _is_output(maker) else None
            if maker is None or source is None:
                continue
            operands[index] = self._reads[maker][source]
            self._readers.subtract([value])
            self._readers.update([operands[index]])
            if self._readers[value] == 0:
                self._gone.add(maker)
                self._readers.subtract(self._reads[maker])
            self._make_young(product)
            self.parts.setdefault(product, set()).add(maker)

    def _fuse_transpose_behind(self, gemm: ir.Node) -> None:
        turn = self._only_reader(gemm)
        if turn is None or _transposed(turn) is None or len(self._reads[gemm]) > 2:
            return
        self._gone.add(gemm)
        self._fused.pop(gemm, None)
        self._reads[turn] = self._reads[gemm]
        self.parts.setdefault(turn, set()).add(gemm)
        self._make_young(turn)

    def _fuse_scale_behind(self, product: ir.Node) -> None:
        scale, result = self._only_reader(product), product.outputs[0]
        source = None if scale is None or _is_output(scale) else _scaled(scale)
        if scale is None or source is None or self._reads[scale][source] is not result:
            return
        self._gone.add(scale)
        self._is[scale.outputs[0]] = result
        self.parts.setdefault(scale, set()).add(product)
        self._readers[result] = self._readers.pop(scale.outputs[0])
        self._make_young(product)

    def _only_reader(self, node: ir.Node) -> ir.Node | None:
        """The node that reads the output of ``node``, if there is one."""
        result = node.outputs[0]
        if self._readers[result] != 1 or _is_output(node):
            return None
        aliases = [result, *self._copies.get(result, ())]
        readers: list[ir.Node] = [use.node for value in aliases for use in value.uses()]
        return next(node for node in readers if node not in self._gone)

    def _make_young(self, node: ir.Node) -> None:
        self._fused.pop(node, None)
        self._fused[node] = None


def _is_output(node: ir.Node) -> bool:
    return any(value.is_graph_output() for value in node.outputs)


def _transposed(node: ir.Node) -> int | None:
    """The operand of a node that swaps the last two dims."""
    if node.op_type != "Transpose":
        return None
    order = node.attributes.get_ints("perm", [1, 0])
    plain = list(range(len(order)))
    return 0 if len(order) > 1 and [*order[:-2], order[-1], order[-2]] == plain else None


def _scaled(node: ir.Node) -> int | None:
    """The operand of a node that multiplies or divides by a constant number."""
    if node.op_type not in {"Mul", "Div"} or len(node.inputs) != 2:
        return None
    if _is_number(node.inputs[1]):
        return 0
    return 1 if node.op_type == "Mul" and _is_number(node.inputs[0]) else None


def _is_number(value: ir.Value | None) -> bool:
    if value is None or value.is_graph_input():
        return False
    constant = ir.convenience.get_const_tensor(value)
    if constant is not None:
        return constant.size == 1
    return all(dim == 1 for dim in value.shape or ()) and is_of_shapes(value)


def is_of_shapes(value: ir.Value) -> bool:
    """Whether ``value`` is computed from dims and constants alone: one itself where the dims are numbers."""
    stack, seen = [value], {value}
    while stack:
        node = stack.pop().producer()
        if node is None or node.op_type not in _OF_SHAPES:
            return False
        if node.op_type == "Shape":
            continue
        found = {each for each in node.inputs if each is not None and each not in seen}
        seen |= found
        stack.extend(each for each in found if ir.convenience.get_const_tensor(each) is None)
    return True
