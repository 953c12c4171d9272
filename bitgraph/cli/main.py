"""Runs a command and turns whatever ends it into an exit status and at most one line."""

import logging
import os
import sys
import warnings
from collections.abc import Sequence

import click

from bitgraph.cli.commands import commands
from bitgraph.errors import BitgraphError

_INTERRUPTED = 130  # what shells report for a program ended by Ctrl-C
_PIPE_CLOSED = 141  # and for one whose reader went away
_BAD_INPUT = 2
_TRACEBACK = "BITGRAPH_TRACEBACK"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command in ``arguments`` (those of the process if None), and exit."""
    _keep_stderr_for_errors()
    try:
        status = commands.main(arguments, prog_name="bitgraph", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more as it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = _PIPE_CLOSED
    except BaseException as error:
        if os.environ.get(_TRACEBACK) and not isinstance(error, SystemExit):
            raise
        status = _explain(error)
    sys.exit(status)


def _keep_stderr_for_errors() -> None:
    """Warnings of libraries are not the user's to act on; ``python -W`` still shows them."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())


def _explain(error: BaseException) -> int:
    """Say on stderr why the command ended, and give the exit status."""
    match error:
        case SystemExit():
            # Of itself click ends the process only for this, and has made stdout quiet then.
            return _PIPE_CLOSED
        case KeyboardInterrupt() | click.Abort():
            _say("interrupted; nothing was written")
            return _INTERRUPTED
        case BitgraphError():
            _say(str(error))
            return error.exit_status
        case click.UsageError() if type(error).__name__ == "NoArgsIsHelpError":
            # A class since click 8.2; its message is the whole help.
            click.echo(error.format_message(), err=True)
            return _BAD_INPUT
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "bitgraph"
            _say(f"{error.format_message()} See '{command} --help'.")
            return _BAD_INPUT
        case click.ClickException():
            _say(error.format_message())
            return _BAD_INPUT
        case MemoryError():
            _say("out of memory; close other programs, or take a smaller --batch")
            return _BAD_INPUT
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            _say(f"{where}{error.strerror or error}")
            return _BAD_INPUT
    _say(
        f"stopped by an error of its own: {type(error).__name__}: {error}; please report it,"
        f" with what {_TRACEBACK}=1 shows"
    )
    return _BAD_INPUT


def _say(message: str) -> None:
    click.echo("bitgraph: " + " ".join(message.split()), err=True)
