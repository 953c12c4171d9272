"""The command group. Each command lies in a file of its own and is loaded when it is called."""

import importlib

import click

# Name to file: what the help lists, in this order.
_COMMANDS = {
    "optimize": "Write a training graph whose steps need less memory and give the same bits.",
    "inspect": "List every stash and how it would be held.",
    "profile": "Run steps and record zeros, shapes and times, for optimize --profile.",
    "compare": "Run two graphs on the same data: bits, peak memory, time.",
    "doctor": "Say what is installed here, and whether it can be used.",
    "library": "Print the path of the custom-op library.",
}

_EXAMPLES = """\b
Examples:
  bitgraph optimize artifacts/ -o optimized/
  bitgraph optimize model.onnx --loss cross-entropy -o optimized/
  bitgraph compare artifacts/ optimized/ --batch 32

\b
Completion in bash (zsh: zsh_source):
  eval "$(_BITGRAPH_COMPLETE=bash_source bitgraph)"
"""


class _LazyGroup(click.Group):
    """A group that imports a command when it is called, and not to list it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"bitgraph.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        import importlib.metadata

        click.echo(f"bitgraph {importlib.metadata.version('bitgraph')}")
        ctx.exit()


@click.group(
    cls=_LazyGroup,
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def commands() -> None:
    """Halve the memory of an ONNX Runtime training step, bit for bit the same.

    Exit status: 0 done; 1 a promise was not met; 2 bad input or usage.
    """
