"""The page as data and as text."""

import json

import pages
import pytest
from pages import MIB

from bitgraph import BadInputError, domain, files
from bitgraph.pictures.payload import payload
from bitgraph.pictures.words import mib, next_step
from bitgraph.pictures.writing import rendered, write_page
from bitgraph.plan.noted import note_stashes, noted_stashes
from bitgraph.report import Tradeoff

LARGEST = 3 * 1024 * 1024


def test_what_holds_the_peak_is_told_with_the_numbers_of_the_report(page, optimized):
    text = " ".join(page.holder)
    holder = optimized.report.holder
    assert holder.node in text
    assert f"{holder.own_bytes / holder.bytes:.0%} of it" in text
    assert "No plan can go below" in text
    held = sum(stash.expected_bytes for stash in optimized.report.stashes)
    assert f"Between the passes the stashes take {mib(held)} instead of " in text
    kept = [stash for stash in optimized.report.stashes if stash.encoding == "keep"]
    assert f"{len(kept)} of {len(page.stashes)} stashes are kept as they are" in text


def test_every_stash_has_a_row(page, optimized):
    assert [row.name for row in page.stashes] == [stash.name for stash in optimized.report.stashes]
    assert {"keep", "mask"} <= {row.encoding for row in page.stashes}
    assert all(row.reason for row in page.stashes)


def test_times_add_up_to_those_of_the_search(page, optimized):
    assert page.times.optimized / page.times.stock == pytest.approx(optimized.report.time_ratio)
    assert page.times.packing > 0


def test_the_chosen_plan_is_a_point_beside_the_others(page, optimized):
    assert page.chosen.peak_bytes == optimized.report.peak_after
    assert page.chosen.peak_bytes in {point.peak_bytes for point in page.front}


def test_a_page_holds_its_size_however_long_the_step_and_its_names(page):
    assert len(rendered(page).encode()) < LARGEST
    long = rendered(pages.long_page(10_000, "a" * 300 + "{}" + "b" * 300)).encode()
    assert len(long) < LARGEST


def test_names_that_are_cut_keep_what_tells_them_apart():
    names = payload(pages.long_page(10_000, "prefix" * 40 + ".{}"))["names"]
    assert len(set(names)) == len(names)


def test_names_cannot_leave_the_script_or_the_table():
    evil = "</script><img src=x onerror=alert(1)>{}"
    text = rendered(pages.long_page(4, evil))
    assert "<img" not in text
    assert text.count("</script>") == 2


def test_only_a_report_is_replaced(page, tmp_path):
    path = tmp_path / "report.html"
    write_page(page, path)
    write_page(page, path)
    path.write_text("<!doctype html><title>mine</title>")
    with pytest.raises(BadInputError, match="no report of bitgraph"):
        write_page(page, path)
    with pytest.raises(BadInputError, match="is not a directory"):
        write_page(page, tmp_path / "nowhere" / "report.html")


def test_an_optimized_graph_tells_how_its_stashes_are_held(optimized, tmp_path, model, directory):
    loaded = files.load(directory)
    files.save(loaded, optimized.model, tmp_path / "out")
    found = noted_stashes(files.load(tmp_path / "out").model)
    expected = [{**each, "alternatives": []} for each in optimized.report.to_json()["stashes"]]
    assert [{**each, "alternatives": []} for each in found] == expected
    assert noted_stashes(model) == []


@pytest.mark.parametrize("note", ["", "{", "{}", "[1]", '[{"name": "x"}]'])
def test_a_spoiled_note_is_no_note(model, note):
    spoiled = model.clone()
    spoiled.metadata_props[domain.PLAN_KEY] = note
    assert noted_stashes(spoiled) == []


def test_notes_are_short(optimized):
    clone = optimized.model.clone()
    note_stashes(clone, optimized.report.to_json()["stashes"])
    assert all("alternatives" not in entry for entry in json.loads(clone.metadata_props[domain.PLAN_KEY]))


def test_sizes_in_words():
    assert (mib(0), mib(1024), mib(3 * 1024 * 1024 // 2)) == ("0.0 MiB", "0.0010 MiB", "1.5 MiB")


def test_the_next_budget_and_the_last_are_named():
    def told(*lower):
        front = [Tradeoff(1000 * MIB, 1.0, 1.0), Tradeoff(500 * MIB, 0.5, 1.0), *lower]
        return next_step(500 * MIB, front)

    nearer, smaller = Tradeoff(400 * MIB, 0.4, 1.1), Tradeoff(250 * MIB, 0.25, 1.5)
    assert "no plan" in told()[0].lower()
    assert "400.0 MiB at 1.10 times" in told(nearer)[0]
    assert "--budget 40%" in told(nearer, smaller)[0]
    assert "--budget 25%" in told(nearer, smaller)[0]
    assert next_step(500 * MIB, []) == []
