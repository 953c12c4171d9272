"""What the site takes from the code: the operators and the held forms, as their docstrings tell them."""

import inspect
from typing import Any

from bitgraph import codecs, domain
from bitgraph.codecs import header
from bitgraph.codecs.base import Codec
from bitgraph.programs import OPERATORS
from bitgraph.reference import OPS


def on_page_markdown(markdown: str, **_more: Any) -> str:
    """Fill in what pages ask for by a comment; mkdocs calls this for each page."""
    marks = {
        "operators": operators,
        "programs": programs,
        "header": header_layout,
        "encodings": encodings,
    }
    for mark, generate in marks.items():
        comment = f"<!-- {mark} -->"
        if comment in markdown:
            markdown = markdown.replace(comment, generate())
    return markdown


def operators() -> str:
    """Return a section an operator, in the order in which the library registers them."""
    return "\n\n".join(f"## {op.__name__}\n\n{_traits(op.__name__)}{_text(op)}" for op in OPS)


def programs() -> str:
    """Return a table of the operators that a program may consist of."""
    rows = ["| operator | inputs | outputs |", "|---|---|---|"]
    for name, operator in OPERATORS.items():
        inputs = [
            role + ("" if place < operator.required else "?") for place, role in enumerate(operator.inputs)
        ]
        more = ", ..." if operator.variadic else ""
        rows.append(f"| {name} | {', '.join(inputs)}{more} | {operator.outputs} |")
    return "\n".join(rows)


def header_layout() -> str:
    """Return the layout of the header, a table of text."""
    return _text(header)


def encodings() -> str:
    """Return a section a held form, in the order of their numbers."""
    found = {each for each in vars(codecs).values() if isinstance(each, type) and issubclass(each, Codec)}
    forms = sorted((each for each in found if each is not Codec), key=lambda each: int(each.encoding))
    return "\n\n".join(f"## {form.encoding}: {form.name}\n\n{_text(form)}" for form in forms)


def _traits(name: str) -> str:
    if name in domain.ALIASES:
        return "Its first output is its first input, in the same memory.\n\n"
    if name in domain.IN_PLACE:
        place = domain.IN_PLACE[name]
        return f"Its first output takes the memory of input {place} when nothing else needs that.\n\n"
    return ""


def _text(documented: Any) -> str:
    """Turn a docstring into Markdown: examples and tables of text become blocks of code."""
    blocks = []
    for block in (inspect.getdoc(documented) or "").split("\n\n"):
        language = "pycon" if block.startswith(">>>") else "text" if block.startswith("===") else None
        blocks.append(block if language is None else f"```{language}\n{block}\n```")
    return "\n\n".join(blocks)
