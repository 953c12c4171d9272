"""The installed package: what must be there, what must not leak, and that it is what is tested."""

import importlib.metadata
import importlib.util
import pathlib

import pytest

import bitgraph

ROOT = pathlib.Path(__file__).resolve().parents[1]
PARTS = ["bitgraph.passes", "bitgraph.cli.main", "bitgraph.files", "bitgraph.graph", "bitgraph.runtime"]


@pytest.mark.parametrize("part", PARTS)
def test_parts_are_installed(part):
    assert importlib.util.find_spec(part) is not None


def test_the_wheel_is_tested_not_the_sources():
    assert bitgraph.__file__ is not None
    assert not pathlib.Path(bitgraph.__file__).is_relative_to(ROOT / "bitgraph")


@pytest.mark.parametrize("name", ["tools", "tests", "bitgraph", "runtime_ops"])
def test_the_repository_does_not_leak(name):
    assert importlib.util.find_spec(f"bitgraph.{name}") is None


def test_types_are_published():
    assert bitgraph.__file__ is not None
    assert pathlib.Path(bitgraph.__file__).with_name("py.typed").is_file()


def test_one_version():
    assert importlib.metadata.version("bitgraph") == bitgraph.__version__


def test_public_names_resolve():
    for name in bitgraph.__all__:
        assert getattr(bitgraph, name) is not None
