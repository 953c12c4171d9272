"""Sizes as people read them."""

_MIB = 1024 * 1024


def mebibytes(size: int) -> str:
    """Give ``size`` bytes in MiB, with the digits that matter."""
    return f"{size / _MIB:.1f}" if size >= _MIB // 10 or size == 0 else f"{size / _MIB:.4f}"
