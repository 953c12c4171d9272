"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import bitgraph.codecs

MODULES = ["bitgraph.reference"] + [
    module.name for module in pkgutil.iter_modules(bitgraph.codecs.__path__, "bitgraph.codecs.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
