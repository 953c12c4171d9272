"""``bitgraph profile``: runs steps and records what they show."""

import json
import pathlib

import click

from bitgraph.cli import options
from bitgraph.cli.places import naming
from bitgraph.cli.progress import Progress
from bitgraph.cli.tables import print_table, table
from bitgraph.profiling import Profile, check_profile_out, record, write_profile

_EPILOG = """\b
Example:
  bitgraph profile artifacts/ -o profile.json --data batches.npz
  bitgraph optimize artifacts/ --profile profile.json -o optimized/
"""
_SLOWEST = 10
"""Operators that the table lists; the file has them all."""


@click.command("profile", epilog=_EPILOG)
@click.argument("model", type=options.PATH)
@click.option(
    "-o", "--output", "out", type=options.PATH, metavar="FILE", required=True, help="Where to write."
)
@options.data
@options.batch
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Steps to run.")
@click.option("--loss-output", metavar="NAME", help="Output that is the loss.")
@click.option(
    "--levels", is_flag=True, help="Record how large activations are, too, for --prune-activations."
)
@options.as_json
def command(
    model: pathlib.Path,
    out: pathlib.Path,
    data: pathlib.Path | None,
    batch: int | None,
    steps: int | None,
    loss_output: str | None,
    levels: bool,
    as_json: bool,
) -> None:
    """Run steps and record zeros, shapes and times, for optimize --profile.

    MODEL is a training graph (.onnx) or a directory written by generate_artifacts, as it was before
    optimize. The zeros of each stash are counted as it is made, on the bits: -0.0 and NaN are none.
    An existing FILE is replaced if it is a profile.
    """
    check_profile_out(out)
    with Progress() as progress, naming(model):
        found = record(
            model,
            data=data,
            batch=batch,
            steps=steps,
            loss_output=loss_output,
            levels=levels,
            progress=progress,
        )
    write_profile(found, out)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        _show(found)
        click.echo(f"written to {out}")


def _show(found: Profile) -> None:
    rows = table(
        "tensor", "op", "shape", "zeros", "lowest", "highest", numbers=("zeros", "lowest", "highest")
    )
    for tensor in found.tensors:
        shape = "x".join(map(str, tensor.shape)) or "scalar"
        zeros = tensor.zeros
        fractions = (f"{fraction:.1%}" for fraction in (zeros.mean, zeros.min, zeros.max))
        rows.add_row(tensor.name, tensor.op_type, f"{tensor.dtype} {shape}", *fractions)
    print_table(rows)
    click.echo()
    _show_operators(found)
    click.echo()
    click.echo(
        f"{found.steps} steps at batch {found.batch}, {found.step_seconds * 1000:.1f} ms each,"
        f" {found.counting_seconds * 1000:.1f} ms of it for counting"
    )


def _show_operators(found: Profile) -> None:
    times: dict[str, list[float]] = {}
    for node in found.nodes:
        times.setdefault(node.op_type, []).append(node.seconds)
    rows = table("op", "nodes", "ms", numbers=("nodes", "ms"))
    for op_type, taken in sorted(times.items(), key=lambda item: -sum(item[1]))[:_SLOWEST]:
        rows.add_row(op_type, str(len(taken)), f"{sum(taken) * 1000:.1f}")
    print_table(rows)
