"""Find the native library that holds the operators."""

import importlib.resources
import pathlib
import sys

from bitgraph.errors import BadInputError

_FILE_NAMES = {"darwin": "libbitgraph_ops.dylib", "win32": "bitgraph_ops.dll"}


def library_path() -> pathlib.Path:
    """Give the path of the custom-op library that was installed with this package.

    Raises:
        BadInputError: The package was installed without its native part.
    """
    name = _FILE_NAMES.get(sys.platform, "libbitgraph_ops.so")
    # Asked of the import system, not of __file__: in an editable install the sources and the
    # built library lie in different folders.
    resource = importlib.resources.files("bitgraph") / "_lib" / name
    if not resource.is_file():
        raise BadInputError(
            f"the native library {name} is missing from the installed package; build it with "
            "'pip install .' in a checkout (this needs a C++17 compiler)"
        )
    return pathlib.Path(str(resource))
