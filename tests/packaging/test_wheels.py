"""How the package is built: what it says without a compiler, and what cibuildwheel would make."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]


def tool(name: str) -> str:
    beside = pathlib.Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found is not None, f"{name} is missing: it is in the extra 'test'"
    return found


def test_no_compiler_is_one_clear_line(tmp_path: pathlib.Path) -> None:
    without = {key: value for key, value in os.environ.items() if key not in {"CC", "CXX"}}
    command = [tool("cmake"), "-S", ROOT, "-B", tmp_path / "build", "-G", "Ninja"]
    done = subprocess.run(
        [*command, f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}"],
        env={**without, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    assert said[1] == "no C++17 compiler works here: install one (Debian: g++), or name it in CXX"
    assert len(said) == 2, said


@pytest.mark.parametrize(
    ("platform", "wheels"),
    [
        ("linux", ["manylinux_x86_64", "manylinux_aarch64"]),
        ("macos", ["macosx_universal2"]),
        ("windows", ["win_amd64"]),
    ],
)
def test_a_wheel_for_each_platform(platform: str, wheels: list[str]) -> None:
    pytest.importorskip("cibuildwheel", reason="cibuildwheel is not installed; no extra has it")
    command = [sys.executable, "-m", "cibuildwheel", "--platform", platform, "--print-build-identifiers"]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=True)
    assert [line.split("-", 1)[1] for line in done.stdout.split()] == wheels
