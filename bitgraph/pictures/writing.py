"""Writes a report as one self-contained HTML file, over nothing but an earlier report."""

import pathlib

from bitgraph import __version__
from bitgraph.files.file_out import begins_with, check_file_out
from bitgraph.files.staging import staged
from bitgraph.mebibytes import mebibytes
from bitgraph.pictures.page import Page, largest
from bitgraph.pictures.payload import cut, payload
from bitgraph.pictures.words import budget, mib

_GENERATOR = '<meta name="generator" content="bitgraph'


def check_page_out(path: pathlib.Path) -> None:
    """Say before any work is done whether a report may be written at ``path``.

    Raises:
        BadInputError: Something else is there, or there is no such folder.
    """
    check_file_out(path, "report of bitgraph", lambda there: begins_with(there, _GENERATOR))


def write_page(page: Page, path: pathlib.Path) -> None:
    """Draw ``page`` and write it to ``path``.

    Raises:
        BadInputError: The place cannot be written, or something would be lost.
    """
    check_page_out(path)
    text = rendered(page)
    with staged(path) as stage:
        stage.write_text(text, encoding="utf-8")


def rendered(page: Page) -> str:
    """Return ``page`` as HTML that reads nothing from anywhere else."""
    # Imported here: it takes a tenth of a second that the other commands have no use for.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bitgraph.pictures"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    environment.filters |= {"mib": mib, "mebibytes": mebibytes, "ms": _ms, "budget": budget, "cut": cut}
    environment.filters["behind_slash"] = lambda name: name.rsplit("/", 1)[-1]
    template = environment.get_template("page.html")
    return template.render(page=page, rows=largest(page.stashes), payload=payload(page), version=__version__)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds >= 0.0001 or not seconds else f"{seconds * 1000:.3f}"
