"""Options that several commands take."""

import pathlib
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bitgraph.budget import parse_budget, parse_time_limit
from bitgraph.cli.config_file import take_config
from bitgraph.config import FORMS
from bitgraph.errors import BadInputError

_F = TypeVar("_F", bound=Callable[..., Any])

PATH = click.Path(path_type=pathlib.Path)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Print the last line only, and no progress.")
verbose = click.option(
    "-v", "--verbose", is_flag=True, help="Tell of each stash who reads it, why it is held so, and what lost."
)
data = click.option("--data", type=PATH, metavar="NPZ", help="Arrays for the inputs; seeded random if none.")
html = click.option(
    "--html",
    "page",
    type=PATH,
    metavar="FILE",
    help="Also write a report to look at: one page, works offline.",
)
config = click.option(
    "--config",
    type=PATH,
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=take_config,
    help="Take options from a TOML file, whose keys are their names; those given here go before.",
)
batch = click.option("--batch", type=click.IntRange(min=1), metavar="N", help="Samples in a step.")


def _forms(_context: click.Context, _option: click.Parameter, text: str | None) -> frozenset[str]:
    """Read the value of --only."""
    if text is None:
        return FORMS
    forms = frozenset(name.strip() for name in text.split(","))
    if unknown := sorted(forms - FORMS):
        raise BadInputError(f"--only names '{unknown[0]}'; the forms are {', '.join(sorted(FORMS))}")
    return forms


def planning(command: _F) -> _F:
    """Add the options that decide about stashes."""
    for option in (
        click.option(
            "--prune-activations",
            type=click.FloatRange(0.0, 0.95, min_open=True),
            metavar="RATE",
            help="LOSSY: let ReLUs pass only the largest values, so that RATE of their outputs are zero"
            " (0.7); gradients are those of the pruned net. Needs a --profile recorded with --levels.",
        ),
        click.option(
            "--only",
            callback=_forms,
            metavar="FORMS",
            help=f"Use only these forms, with commas between: {', '.join(sorted(FORMS))}.",
        ),
        click.option(
            "--streaming/--no-streaming",
            default=True,
            help="Let gradients and Dropout work in place and by samples, or leave them to the runtime.",
        ),
        click.option(
            "--time-limit",
            callback=lambda _, __, text: None if text is None else parse_time_limit(text),
            metavar="FACTOR",
            help="Smallest peak at which a step is predicted to take at most this times stock's (1.1x).",
        ),
        click.option(
            "--budget",
            callback=lambda _, __, text: None if text is None else parse_budget(text),
            metavar="SIZE",
            help="Peak to keep at the least time: 64MiB, a share of stock's (40%), or min.",
        ),
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
