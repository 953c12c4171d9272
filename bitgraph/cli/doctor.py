"""``bitgraph doctor``: says what is installed here, and measures how fast it is."""

import dataclasses
import json

import click

from bitgraph.cli import options
from bitgraph.cli.progress import Progress
from bitgraph.cli.tables import print_line, print_table, table
from bitgraph.doctor import FORMS, Examination, calibrate, examine
from bitgraph.errors import PromiseError
from bitgraph.rates import DEFAULT_RATES, Rates

_EPILOG = """\b
Example:
  bitgraph doctor --calibrate
"""

_UNITS = {
    "bytes_per_second": ("memory", 1e9, "GB/s"),
    "conv_flops_per_second": ("Conv", 1e9, "GFLOP/s"),
    "depthwise_flops_per_second": ("depthwise Conv", 1e9, "GFLOP/s"),
    "matmul_flops_per_second": ("MatMul", 1e9, "GFLOP/s"),
    "elements_per_second": ("functions", 1e9, "G elements/s"),
    "node_seconds": ("a node by itself", 1e-6, "us"),
}


@click.command("doctor", epilog=_EPILOG)
@click.option(
    "--calibrate",
    "measure",
    is_flag=True,
    help="Measure how fast this machine is, in some seconds; the other commands plan by it from then on.",
)
@options.as_json
def command(measure: bool, as_json: bool) -> None:
    """Say what is installed here, and whether it can be used.

    Exit status 1, with the reason, if it cannot. What --calibrate measures is kept in a file of the
    user's, of this processor only; the environment variable BITGRAPH_RATES names another file, or, set
    to nothing, none: then the built-in rates are used.
    """
    with Progress() as progress:
        if measure:
            calibrate(progress)
        found = examine(progress)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        _show(found)
    if found.problems:
        raise PromiseError("; ".join(found.problems))


def _show(found: Examination) -> None:
    rows = table("part", "found")
    rows.add_row("bitgraph", found.bitgraph)
    rows.add_row("onnx", f"{found.onnx}, onnx_ir {found.onnx_ir}")
    rows.add_row("library", _library(found))
    rows.add_row("instruction sets", _instruction_sets(found))
    rows.add_row("ONNX Runtime", _runtime(found))
    rows.add_row("memory", _memory(found))
    rows.add_row("exact forms", _forms(found))
    rows.add_row("processor", f"{found.processor}, threads: {found.threads}")
    rows.add_row("rates", _calibration(found))
    print_table(rows)
    click.echo()
    _show_forms(found)
    if found.rates != DEFAULT_RATES:
        click.echo()
        _show_rates(found.rates)
    if not found.problems:
        click.echo()
        print_line("all good", "bold green")


def _library(found: Examination) -> str:
    if found.library is None:
        return "missing"
    return f"{found.library} ({'loads' if found.loads else 'does not load'})"


def _instruction_sets(found: Examination) -> str:
    return ", ".join(f"{name} ({state})" for name, state in found.instruction_sets.items()) or "unknown"


def _runtime(found: Examination) -> str:
    if found.onnxruntime is None:
        return "missing"
    return f"{found.onnxruntime}, {'with' if found.training else 'without'} the training API"


def _memory(found: Examination) -> str:
    """Say how a session with the library allocates."""
    if found.pattern is None:
        return "unknown"
    aliases = {True: "aliases share it", False: "aliases do not share it", None: "aliases unknown"}
    pattern = "memory pattern on" if found.pattern else "memory pattern off"
    return f"{aliases[found.aliases]}, {pattern}, {'arena on' if found.arena else 'arena off'}"


def _forms(found: Examination) -> str:
    held = sum(found.exact_forms.values())
    return f"{held} of {len(FORMS)} hold on this runtime"


def _show_forms(found: Examination) -> None:
    rows = table("form", "holds", "what is done here")
    for probe, form in FORMS.items():
        holds = found.exact_forms.get(probe)
        answer = "unknown" if holds is None else "yes" if holds else "no"
        rows.add_row(probe, answer, form.what if holds is not False else f"{form.instead}, not: {form.what}")
    print_table(rows)


def _calibration(found: Examination) -> str:
    if found.rates_file is None:
        return "default"
    if found.calibration is None:
        return f"default; --calibrate writes {found.rates_file}"
    measured = f"{found.calibration.date}, {found.rates_file}"
    if found.is_foreign:
        return f"default; those measured are of another processor ({found.calibration.processor}, {measured})"
    return f"measured {measured}"


def _show_rates(rates: Rates) -> None:
    rows = table("rate", "measured", "default", "unit", numbers=("measured", "default"))
    default = dataclasses.asdict(DEFAULT_RATES)
    for key, value in dataclasses.asdict(rates).items():
        name, scale, unit = _UNITS[key]
        rows.add_row(name, f"{value / scale:.2f}", f"{default[key] / scale:.2f}", unit)
    print_table(rows)
