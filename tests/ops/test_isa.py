"""BITGRAPH_ISA: every instruction set gives the same bits, and a wrong name is an error of one line.

The choice is made when the library is registered, so each case has a process of its own.
"""

import os
import pathlib
import platform
import subprocess
import sys

import pytest

# Not the folder above: its sources would hide the installed package.
TESTS = pathlib.Path(__file__).resolve().parents[1]
FOREIGN = "avx2" if platform.machine().lower() in {"arm64", "aarch64"} else "neon"

_REGISTER = "import bitgraph; bitgraph.session_options()"


def python(isa: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"BITGRAPH_ISA": isa}
    return subprocess.run(
        [sys.executable, *arguments], cwd=TESTS, env=environment, capture_output=True, text=True
    )


def refusal(isa: str) -> str:
    """Return the error's line: the last of the traceback."""
    result = python(isa, "-c", _REGISTER)
    assert result.returncode == 1
    return result.stderr.strip().splitlines()[-1]


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    line = refusal("sse9")
    assert line.startswith("bitgraph.errors.BadInputError: ")
    assert "BITGRAPH_ISA: unknown instruction set 'sse9' (use scalar, avx2, avx512 or neon)" in line


@pytest.mark.parametrize("name", ["AVX2", "scalar ", "x" * 5000])
def test_a_name_is_taken_literally(name: str) -> None:
    assert "BITGRAPH_ISA: unknown instruction set" in refusal(name)


def test_an_instruction_set_of_another_machine_is_refused() -> None:
    assert f"BITGRAPH_ISA: instruction set '{FOREIGN}' is of another architecture" in refusal(FOREIGN)


def test_an_empty_name_is_none() -> None:
    assert python("", "-c", _REGISTER).returncode == 0


@pytest.mark.parametrize("isa", ["scalar", "avx2", "avx512", "neon"])
def test_operators_agree_with_numpy(isa: str) -> None:
    """The tests of this folder that go over several blocks, types and special values."""
    registered = python(isa, "-c", _REGISTER)
    for reason in ("is not supported here", "is of another architecture"):
        if registered.returncode and reason in registered.stderr:
            pytest.skip(f"{isa} {reason}")
    core = "several_blocks or special_values or every_type or many_planes"
    result = python(isa, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", core, "ops")
    assert result.returncode == 0, result.stdout + result.stderr
