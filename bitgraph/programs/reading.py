"""Reads the text of a program; what is wrong is told with its line."""

import re
from typing import cast

import onnx
import onnx.parser
import onnx_ir as ir

from bitgraph.errors import BadInputError
from bitgraph.programs.operators import OPERATORS
from bitgraph.programs.program import MAX_INPUTS, MAX_NODES, Kind, Port, Program

_HEADER = re.compile(r"stream \(([^()]*)\) => \(([^()]*)\) \{")
_PORT = re.compile(r"(rows|held|whole) ([A-Za-z_][A-Za-z0-9_]*)")


class ProgramError(BadInputError):
    """A text that is no program."""

    def __init__(self, line: int, what: str) -> None:
        """Say where and what."""
        super().__init__(f"program, line {line}: {what}")


def read_program(text: str) -> Program:
    """Return the program that ``text`` is.

    Raises:
        ProgramError: It is none.
    """
    lines = text.strip().splitlines() or [""]
    header = _HEADER.fullmatch(lines[0].strip())
    if header is None:
        raise ProgramError(1, "expected 'stream (inputs) => (outputs) {'")
    if lines[-1].strip() != "}" or len(lines) == 1:
        raise ProgramError(len(lines), "expected '}'")
    if len(lines) - 2 > MAX_NODES:
        raise ProgramError(2 + MAX_NODES, f"more than {MAX_NODES} nodes")
    values: dict[str, ir.Value] = {}
    inputs = []
    for kind, name in _ports(header[1], "input"):
        if name in values:
            raise ProgramError(1, f"'{name}' is named twice")
        values[name] = ir.Value(name=name)
        inputs.append(Port(kind, values[name]))
    if len(inputs) > MAX_INPUTS:
        raise ProgramError(1, f"{len(inputs)} inputs, {MAX_INPUTS} are allowed")
    nodes = [_node(number, line.strip(), values) for number, line in enumerate(lines[1:-1], start=2)]
    outputs = []
    for kind, name in _ports(header[2], "output"):
        if name not in values or values[name].producer() is None:
            raise ProgramError(1, f"output '{name}' is computed by no node")
        outputs.append(Port(kind, values[name]))
    return Program(tuple(inputs), tuple(outputs), tuple(nodes))


def _ports(text: str, what: str) -> list[tuple[Kind, str]]:
    ports = []
    for part in text.split(","):
        found = _PORT.fullmatch(part.strip())
        if found is None:
            raise ProgramError(1, f"{what} '{part.strip()}': expected rows, held or whole and a name")
        ports.append((cast("Kind", found[1]), found[2]))
    return ports


def _node(number: int, line: str, values: dict[str, ir.Value]) -> ir.Node:
    try:
        proto = onnx.parser.parse_node(line)
    except onnx.parser.ParseError:
        raise ProgramError(number, "expected 'outputs = Operator <attributes> (inputs)'") from None
    operator = OPERATORS.get(proto.op_type)
    if operator is None:
        raise ProgramError(number, f"operator '{proto.op_type}' is not known")
    count = len(proto.input)
    if count < operator.required or operator.role(count - 1) is None:
        raise ProgramError(number, f"{proto.op_type} has {count} inputs")
    if not 1 <= len(proto.output) <= operator.outputs:
        raise ProgramError(number, f"{proto.op_type} has {len(proto.output)} outputs")
    for name in proto.input:
        if name not in values:
            raise ProgramError(number, f"'{name}' is not there yet")
    node = ir.Node(
        operator.domain,
        proto.op_type,
        [values[name] for name in proto.input],
        [ir.serde.deserialize_attribute(attribute) for attribute in proto.attribute],
        num_outputs=len(proto.output),
    )
    for name, value in zip(proto.output, node.outputs, strict=True):
        if name in values:
            raise ProgramError(number, f"'{name}' is named twice")
        value.name = name
        values[name] = value
    return node
