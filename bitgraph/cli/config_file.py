"""Options from a TOML file: ``--config`` reads them, ``--write-config`` writes what was used.

A key is the long name of an option without its dashes. Reading makes them click's defaults, so that the
command line goes before them, and they are checked as if they stood there.
"""

import pathlib
from collections.abc import Iterator
from typing import Any

import click

from bitgraph.budget import Budget
from bitgraph.errors import BadInputError
from bitgraph.files.file_out import begins_with, check_file_out
from bitgraph.files.staging import staged

_MARK = "# Written by bitgraph optimize --write-config."
_NOT_IN_IT = frozenset({"config", "write-config", "help"})
_OF_ONE_RUN = frozenset({"dry-run", "json", "pareto", "quiet", "verbose"})
"""They say what is printed, not what is made."""


def take_config(context: click.Context, _option: click.Parameter, path: pathlib.Path | None) -> None:
    """Make what ``path`` says the defaults of the command.

    Raises:
        BadInputError: The file cannot be read, or an entry is none.
    """
    if path is None:
        return
    known = {key for command in _commands(context) for key in _keys(command)}
    own = _keys(context.command)
    defaults: dict[str, Any] = {}
    for key, value in _read(path).items():
        if key not in known:
            raise BadInputError(f"{path}: no command has an option --{key}")
        if key in own:  # One file serves all commands: the rest is for others.
            defaults[str(own[key].name)] = _checked(own[key], key, value, path)
    context.default_map = defaults


def check_config_out(path: pathlib.Path) -> None:
    """Say before any work is done whether options may be written at ``path``.

    Raises:
        BadInputError: Something else is there, or there is no such folder.
    """
    check_file_out(path, "file of --write-config", lambda there: begins_with(there, _MARK))


def write_config(context: click.Context, path: pathlib.Path) -> None:
    """Write the options that the command of ``context`` used; those that are not set are left out.

    Raises:
        BadInputError: The place cannot be written, or something would be lost.
    """
    import tomlkit

    check_config_out(path)
    document = tomlkit.document()
    document.add(tomlkit.comment(_MARK.removeprefix("# ")))
    for key, option in sorted(_keys(context.command).items()):
        value = _plain(context.params[str(option.name)])
        if key not in _OF_ONE_RUN and value not in (None, []):
            document.add(key, tomlkit.item(value))
    with staged(path) as stage:
        stage.write_text(tomlkit.dumps(document), encoding="utf-8")


def _commands(context: click.Context) -> Iterator[click.Command]:
    group = context.find_root().command
    if not isinstance(group, click.Group):
        yield context.command
        return
    for name in group.list_commands(context):
        if command := group.get_command(context, name):
            yield command


def _keys(command: click.Command) -> dict[str, click.Option]:
    keys = {}
    for option in command.params:
        if isinstance(option, click.Option):
            key = max(option.opts, key=len).removeprefix("--")
            if key not in _NOT_IN_IT:
                keys[key] = option
    return keys


def _read(path: pathlib.Path) -> dict[str, Any]:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: is no TOML: {error}") from error


def _checked(option: click.Option, key: str, value: Any, path: pathlib.Path) -> Any:
    """Return ``value`` as click would have read it from the command line."""
    if option.is_flag:
        if isinstance(value, bool):
            return value
        raise BadInputError(f"{path}: '{key}' must be true or false")
    if option.multiple:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return value
        raise BadInputError(f"{path}: '{key}' must be a list of strings")
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise BadInputError(f"{path}: '{key}' must be a string or a number")


def _plain(value: Any) -> Any:
    match value:
        case tuple():
            return list(value)
        case frozenset():
            return ",".join(sorted(value))
        case pathlib.Path() | Budget():
            return str(value)
        case _:
            return value
