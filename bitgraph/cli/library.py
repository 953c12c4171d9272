"""``bitgraph library``: prints where the native library is."""

import click

from bitgraph.runtime import library_path

_EPILOG = """\b
Example:
  bitgraph library
"""


@click.command("library", epilog=_EPILOG)
def command() -> None:
    """Print the path of the custom-op library.

    It is what RegisterCustomOpsLibrary and register_custom_ops_library take.
    """
    click.echo(str(library_path()))
