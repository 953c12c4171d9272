"""The name of the processor."""

import pathlib
import platform
import subprocess
import sys

_LINUX = pathlib.Path("/proc/cpuinfo")


def processor_name() -> str:
    """Return what the processor is called, as far as the system tells."""
    if _LINUX.is_file():
        return from_cpuinfo(_LINUX.read_text(encoding="utf-8", errors="replace"))
    if sys.platform == "darwin":
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        return done.stdout.strip() or platform.machine()
    return platform.processor() or platform.machine()


def from_cpuinfo(text: str) -> str:
    """Return the name of the first core: on x86-64 it has one, on ARM numbers of maker and design."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), value.strip())
    if name := found.get("model name"):
        return name
    numbers = [f"{key} {found[key]}" for key in ("CPU implementer", "CPU part") if key in found]
    return ", ".join([platform.machine(), *numbers])
