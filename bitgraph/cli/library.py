"""``bitgraph library``: prints where the native library is."""

import json

import click

from bitgraph.cli import options
from bitgraph.runtime import library_path

_EPILOG = """\b
Example:
  bitgraph library
"""


@click.command("library", epilog=_EPILOG)
@options.as_json
def command(as_json: bool) -> None:
    """Print the path of the custom-op library.

    It is what RegisterCustomOpsLibrary and register_custom_ops_library take.
    """
    path = str(library_path())
    click.echo(json.dumps({"path": path}, indent=2) if as_json else path)
