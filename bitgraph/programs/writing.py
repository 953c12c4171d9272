"""Writes a program as text, in the syntax that ONNX has for graphs."""

import onnx_ir as ir

from bitgraph.programs.program import Port, Program

_PREFIX = {"rows": "x", "held": "held", "whole": "w"}
_GRADIENT = {"rows": "dx", "held": "dheld", "whole": "dw"}
_RESULT = {"rows": "y", "held": "mask", "whole": "sum"}


def write_program(program: Program) -> str:
    """Return the text of ``program``, a node a line; names are given in order, types are not said.

    Raises:
        ValueError: An attribute is neither a number, a string nor a list of integers.
    """
    names: dict[ir.Value, str] = {}
    is_gradient = program.nodes[-1].op_type.endswith("Grad")
    for port in program.inputs:
        _name(port.value, "dy" if is_gradient and not names else _PREFIX[port.kind], names)
    for port in program.outputs:
        _name(port.value, (_GRADIENT if is_gradient else _RESULT)[port.kind], names)
    lines = [f"stream ({_header(program.inputs, names)}) => ({_header(program.outputs, names)}) {{"]
    lines += [f"  {_line(node, names)}" for node in program.nodes]
    return "\n".join([*lines, "}"])


def _name(value: ir.Value, prefix: str, names: dict[ir.Value, str]) -> str:
    if value not in names:
        taken = sum(name.rstrip("0123456789") == prefix for name in names.values())
        names[value] = prefix if not taken and prefix.startswith("d") else f"{prefix}{taken}"
    return names[value]


def _header(ports: tuple[Port, ...], names: dict[ir.Value, str]) -> str:
    return ", ".join(f"{port.kind} {names[port.value]}" for port in ports)


def _line(node: ir.Node, names: dict[ir.Value, str]) -> str:
    inputs = ", ".join(names[value] for value in node.inputs if value is not None)
    outputs = ", ".join(_name(value, "t", names) for value in node.outputs)
    attributes = ", ".join(f"{key} = {_text(key, each)}" for key, each in node.attributes.items())
    return f"{outputs} = {node.op_type} {f'<{attributes}> ' if attributes else ''}({inputs})"


def _text(name: str, attribute: ir.Attr) -> str:
    """A number, a string, or a list; the digits of a float give the same float back."""
    if attribute.type == ir.AttributeType.INTS:
        return f"[{', '.join(map(str, attribute.as_ints()))}]"
    if attribute.type == ir.AttributeType.STRING:
        return f'"{attribute.as_string()}"'
    if attribute.type == ir.AttributeType.FLOAT:
        return repr(float(attribute.as_float()))
    if attribute.type == ir.AttributeType.INT:
        return str(attribute.as_int())
    raise ValueError(f"attribute '{name}' of type {attribute.type} has no text in a program")
