"""What a ``Stream`` computes: a small graph that runs by samples, and its text."""

from bitgraph.programs.operators import OPERATORS, Operator
from bitgraph.programs.program import Kind, Port, Program
from bitgraph.programs.reading import ProgramError, read_program
from bitgraph.programs.writing import write_program

__all__ = [
    "OPERATORS",
    "Kind",
    "Operator",
    "Port",
    "Program",
    "ProgramError",
    "read_program",
    "write_program",
]
