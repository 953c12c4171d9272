"""Values that the runtime may add inside the kernel of a product or a convolution.

``Add(Conv(x, w), r)`` and ``Add(MatMul(a, b), r)`` become one node at load, with other bits than the two
have, but only where the runtime sees that both operands have equal dims, by number or by name.
"""

import onnx_ir as ir

_KERNELS = frozenset({"Conv", "FusedConv", "MatMul", "FusedMatMul", "Gemm"})


def summands(graph: ir.Graph) -> set[ir.Value]:
    """Return the operands of the Adds of ``graph`` that the runtime might fuse."""
    found: set[ir.Value] = set()
    for node in graph:
        if node.op_type != "Add":
            continue
        origins = [_origin(value) for value in node.inputs if value is not None]
        if any(is_from_kernel(origin[-1]) for origin in origins):
            found.update(value for origin in origins for value in origin)
    return found


def _origin(value: ir.Value) -> list[ir.Value]:
    """``value`` and, where it is another's Identity, what that is of, up to the first."""
    chain = [value]
    while (node := chain[-1].producer()) is not None and node.op_type == "Identity":
        source = node.inputs[0]
        if source is None:
            break
        chain.append(source)
    return chain


def is_from_kernel(value: ir.Value) -> bool:
    """Whether a product or a convolution made ``value``."""
    node = value.producer()
    return node is not None and node.op_type in _KERNELS
