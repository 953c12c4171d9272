import dataclasses

from peers.table import HEADER, Result, row, verdict

OURS = Result("bitgraph", zeros=0.5, mib=32, size_ratio=0.5, pack_gb_s=8.0, unpack_gb_s=10.0)
SLOWER = Result("lz4", zeros=0.5, mib=32, size_ratio=0.625, pack_gb_s=0.5, unpack_gb_s=2.0)


def test_row_has_the_columns_of_the_header() -> None:
    first = HEADER.splitlines()[0]
    for result in (OURS, SLOWER):
        assert row(result, OURS).count("|") == first.count("|")


def test_what_is_ahead() -> None:
    assert verdict(SLOWER, OURS) == "0.80 x its size, pack 16.0 x as fast, unpack 5.0 x as fast"


def test_what_is_behind_is_marked() -> None:
    for better in ({"size_ratio": 0.4}, {"pack_gb_s": 9.0}, {"unpack_gb_s": 11.0}):
        assert verdict(dataclasses.replace(SLOWER, **better), OURS).startswith("BEHIND: ")


def test_equal_is_not_behind() -> None:
    assert not verdict(dataclasses.replace(OURS, peer="copy"), OURS).startswith("BEHIND")
