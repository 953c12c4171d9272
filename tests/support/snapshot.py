"""What lies in a directory, to see that nothing of it was touched."""

import pathlib


def snapshot(directory: pathlib.Path) -> dict[str, object]:
    """Give every path below ``directory`` with its bytes, its link target, or None."""
    return {str(path.relative_to(directory)): _content(path) for path in directory.rglob("*")}


def _content(path: pathlib.Path) -> object:
    if path.is_symlink():
        return path.readlink()
    return path.read_bytes() if path.is_file() else None
