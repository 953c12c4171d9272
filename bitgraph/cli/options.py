"""Options that several commands take."""

import pathlib
from collections.abc import Callable
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

PATH = click.Path(path_type=pathlib.Path)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
data = click.option("--data", type=PATH, metavar="NPZ", help="Arrays for the inputs; seeded random if none.")
batch = click.option("--batch", type=click.IntRange(min=1), metavar="N", help="Samples in a step.")


def planning(command: _F) -> _F:
    """Add the options that decide about stashes."""
    for option in (
        click.option(
            "--loss-output",
            metavar="NAME",
            help="Output that is the loss; with --loss, output that the loss is computed from.",
        ),
        batch,
        click.option(
            "--profile",
            type=PATH,
            metavar="FILE",
            help="What 'bitgraph profile' recorded: zeros, batch and dims are taken from it.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            help="Leave these tensors or operator types alone (may be repeated).",
        ),
        click.option(
            "--include",
            multiple=True,
            metavar="GLOB",
            help="Touch only these tensors or operator types (may be repeated).",
        ),
    ):
        command = option(command)
    return command
