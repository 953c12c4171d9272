"""``bitgraph inspect``: lists every stash, how it would be held, and why."""

import json
import pathlib

import click

from bitgraph.cli import options
from bitgraph.cli.places import naming

_EPILOG = """\b
Example:
  bitgraph inspect artifacts/ --batch 32
"""


@click.command("inspect", epilog=_EPILOG)
@click.argument("model", type=options.PATH)
@options.planning
@options.as_json
def command(
    model: pathlib.Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    batch: int | None,
    loss_output: str | None,
    as_json: bool,
) -> None:
    """List every stash of a training graph, how it would be held, and why.

    Nothing is written, and the native library is not needed.
    """
    import bitgraph
    from bitgraph import files

    with naming(model):
        config = bitgraph.Config(include, exclude, batch, loss_output)
        report = bitgraph.inspect(files.load(model).model, config).to_json()
    report["input"] = str(model)
    if as_json:
        click.echo(json.dumps(report, indent=2))
        return
    from bitgraph.cli.report import print_report

    print_report(report)
