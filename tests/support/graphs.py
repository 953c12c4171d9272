"""Training graphs as ONNX text, for tests of the passes and of the graph model."""

import onnx.parser
import onnx_ir as ir

HEADER = '<ir_version: 8, opset_import: ["" : 15, "com.microsoft" : 1, "bitgraph" : 1]>'


def graph(body: str, *, inputs: str, outputs: str, values: str = "") -> ir.Model:
    """Return the model whose nodes are ``body``; ``values`` declares the types in between."""
    declared = f"<{values}>" if values else ""
    text = f"{HEADER}\nnet ({inputs}) => ({outputs}) {declared} {{\n{body}\n}}"
    return ir.from_proto(onnx.parser.parse_model(text))


def nodes(model: ir.Model) -> list[str]:
    """Return the nodes as text, one a line, without names and attributes."""
    return [
        f"{', '.join(str(v.name) for v in node.outputs)} = {node.op_type}"
        f"({', '.join('' if v is None else str(v.name) for v in node.inputs)})"
        for node in model.graph
    ]


def is_sorted(model: ir.Model) -> bool:
    """Return whether each node stands behind all that it reads."""
    made = {None, *model.graph.inputs, *model.graph.initializers.values()}
    for node in model.graph:
        if not made.issuperset(node.inputs):
            return False
        made.update(node.outputs)
    return True
