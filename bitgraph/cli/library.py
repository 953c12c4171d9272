"""``bitgraph library``: prints where the custom-op library lies."""

import click


@click.command("library", epilog="\b\nExample:\n  bitgraph library\n")
def command() -> None:
    """Print the path of the custom-op library, for RegisterCustomOpsLibrary and its like."""
    from bitgraph.runtime import library_path

    click.echo(str(library_path()))
