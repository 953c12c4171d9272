"""Modules of this folder, run in processes of their own."""

import os
import pathlib
import subprocess
import sys
from typing import Any

_TOOLS = str(pathlib.Path(__file__).resolve().parents[1])


def start_module(name: str, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
    """Start ``bittrain.NAME``, which finds its neighbors wherever this process found them.

    Args:
        name: The module.
        *arguments: Its command line.
        **options: For ``subprocess.Popen``.
    """
    path = os.pathsep.join(filter(None, [_TOOLS, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", f"bittrain.{name}", *arguments]
    return subprocess.Popen(command, text=True, env=os.environ | {"PYTHONPATH": path}, **options)
