"""Where the rates of this machine are kept."""

import os
import pathlib

import platformdirs

VARIABLE = "BITGRAPH_RATES"
"""Environment variable that names another file; set to nothing, there is none."""


def rates_file() -> pathlib.Path | None:
    """Return the file, whether or not it exists; None if the user wants none.

    It belongs to the machine and not to the user's settings, so it lies with the state of programs
    (on Linux ``$XDG_STATE_HOME``).
    """
    named = os.environ.get(VARIABLE)
    if named is None:
        return platformdirs.user_state_path("bitgraph", appauthor=False) / "rates.json"
    return pathlib.Path(named) if named else None
