"""Profiles: what real steps of a training graph showed, recorded once and read by the planner."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bitgraph.profiling.profile import Profile
    from bitgraph.profiling.reading import read_profile
    from bitgraph.profiling.recording import record
    from bitgraph.profiling.writing import check_profile_out, write_profile

__all__ = ["Profile", "check_profile_out", "read_profile", "record", "write_profile"]

_HOMES = {
    "Profile": "profile",
    "check_profile_out": "writing",
    "read_profile": "reading",
    "record": "recording",
    "write_profile": "writing",
}


def __getattr__(name: str) -> Any:
    # Imported on demand: the options of the planner name the class, and recording needs a lot more.
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
