"""Where training graphs come from and go to: the only place that reads and writes files of users.

Everything here keeps three promises: the input is never touched, an output is there whole or not
at all, and whatever cannot be done is said in one line (:class:`bitgraph.errors.BadInputError`).
"""

from bitgraph.files.artifacts import LOSSES, OPTIMIZERS, make_artifacts
from bitgraph.files.load import Loaded, load
from bitgraph.files.out_path import check_out
from bitgraph.files.save import copy, save

__all__ = ["LOSSES", "OPTIMIZERS", "Loaded", "check_out", "copy", "load", "make_artifacts", "save"]
