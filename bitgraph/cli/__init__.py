"""The command line. ``main`` is what the ``bitgraph`` script calls."""

from bitgraph.cli.main import main

__all__ = ["main"]
