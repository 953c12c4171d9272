"""What the site takes from the code: nothing is left out, and no mark is left standing."""

import importlib.util
import pathlib
import re

import pytest

from bitgraph.codecs.header import MAGIC, MAX_RANK
from bitgraph.pictures import memory
from bitgraph.pictures import page as page_data
from bitgraph.plan.candidates import MIN_BYTES
from bitgraph.programs import OPERATORS
from bitgraph.reference import OPS
from bitgraph.rewriting import MIN_GAIN
from bitgraph.search import SEARCHED_NODES

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hooks():
    spec = importlib.util.spec_from_file_location("site_hooks", ROOT / "tools/site/hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(hooks, name):
    text = hooks.on_page_markdown((ROOT / "docs" / name).read_text(), page=None)
    assert "<!--" not in text
    assert text.count("```") % 2 == 0
    return text


def test_each_operator_has_a_section_with_its_signature(hooks):
    sections = page(hooks, "operators.md").split("\n## ")[1:]
    *sections, language = sections
    assert all(f"| {name} | " in language for name in OPERATORS)
    assert [section.split("\n", 1)[0] for section in sections] == [op.__name__ for op in OPS]
    for op, section in zip(OPS, sections, strict=True):
        assert f"{op.__name__}(" in section


def test_each_held_form_has_a_section_with_its_layout(hooks):
    text = page(hooks, "encodings.md")
    assert MAGIC.decode() in text
    sections = text.split("\n## ")[2:-1]
    assert [section.split("\n", 1)[0] for section in sections] == [
        "0: dense",
        "1: bitmap",
        "2: bits",
        "3: index",
        "4: coded",
    ]
    for section in sections:
        assert "Payload" in section


def test_limits_are_those_of_the_code():
    text = " ".join((ROOT / "docs/limits.md").read_text().split())
    program = (ROOT / "runtime_ops/src/stream/program.h").read_text()
    nodes, letters = (int(re.search(rf"{name} = (\d+);", program)[1]) for name in ("kMaxNodes", "kMaxText"))
    for told in (
        f"falls by less than {MIN_GAIN:.0%}".replace("%", " %"),
        f"less than {MIN_BYTES // 1024} KiB are kept",
        f"more than {SEARCHED_NODES} nodes",
        f"at most {MAX_RANK} dims",
        f"at most {nodes} nodes and {letters // 1024} KiB of text",
        f"largest {page_data._LISTED} stashes, and the largest {memory._LISTED} tensors",
    ):
        assert told in text
