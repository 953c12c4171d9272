"""Budgets and time limits as a user writes them."""

import pytest

from bitgraph.budget import Budget, parse_budget, parse_time_limit
from bitgraph.errors import BadInputError

BUDGETS = {
    "64MiB": Budget(nbytes=64 * 2**20),
    "1.5 GB": Budget(nbytes=1_500_000_000),
    "4096": Budget(nbytes=4096),
    "12kb": Budget(nbytes=12_000),
    "40%": Budget(share=0.4),
    "MIN": Budget(),
}


@pytest.mark.parametrize(("text", "budget"), BUDGETS.items(), ids=BUDGETS)
def test_budget(text, budget):
    assert parse_budget(text) == budget


@pytest.mark.parametrize("text", ["", "0", "-3MiB", "40 percent", "64TiB", "max", "1e9", "nan%"])
def test_no_budget(text):
    with pytest.raises(BadInputError, match=r"--budget is .*64MiB.*40%.*min"):
        parse_budget(text)


def test_limit_in_bytes():
    assert parse_budget("40%").limit(1000) == 400
    assert parse_budget("64KiB").limit(1000) == 65536
    assert parse_budget("min").smallest


@pytest.mark.parametrize(("text", "factor"), [("1.1x", 1.1), ("2", 2.0), ("0.95X", 0.95)])
def test_time_limit(text, factor):
    assert parse_time_limit(text) == factor


@pytest.mark.parametrize("text", ["", "0", "-1x", "fast", "110%"])
def test_no_time_limit(text):
    with pytest.raises(BadInputError, match=r"--time-limit is .*1\.1x"):
        parse_time_limit(text)
