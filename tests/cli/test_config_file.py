"""Options from a file, and the file that says what was used."""

import json

import click
import pytest
from snapshot import snapshot

from bitgraph.cli.commands import commands
from bitgraph.errors import BadInputError


def reasons(done) -> set[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return {stash["reason"] for stash in json.loads(done.stdout)["stashes"]}


def test_the_file_says_what_flags_say_and_they_go_before_it(bitgraph, artifacts, tmp_path):
    (tmp_path / "bitgraph.toml").write_text('exclude = ["*"]\nbatch = 7\nloss = "mse"\n')
    by_file = bitgraph("inspect", "artifacts", "--config", "bitgraph.toml", "--json")
    assert reasons(by_file) == {"excluded by --exclude '*'"}
    assert by_file.stdout == bitgraph("inspect", "artifacts", "--exclude", "*", "--batch", 7, "--json").stdout
    given = bitgraph("inspect", "artifacts", "--exclude", "R*", "--config", "bitgraph.toml", "--json")
    assert "excluded by --exclude '*'" not in reasons(given)
    assert by_file.stdout != given.stdout


def test_what_was_written_does_the_same_again(bitgraph, artifacts, tmp_path):
    flags = ["--budget", "100%", "--only", "mask,bitmap", "--exclude", "[ab]", "--batch", 64]
    flags += ["--no-prune-eval"]
    first = bitgraph("optimize", "artifacts", "-o", "once", *flags, "--write-config", "used.toml")
    assert (first.returncode, first.stderr) == (0, "")
    done = bitgraph(
        "optimize", "artifacts", "--config", "used.toml", "-o", "twice", "--write-config", "2.toml"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert snapshot(tmp_path / "twice") == snapshot(tmp_path / "once")
    used = (tmp_path / "used.toml").read_text()
    assert used.splitlines()[1:] == [
        "batch = 64",
        'budget = "100%"',
        'exclude = ["[ab]"]',
        'only = "bitmap,mask"',
        "ort = false",
        'output = "once"',
        "prune-eval = false",
        "streaming = true",
    ]
    assert (tmp_path / "2.toml").read_text() == used.replace("once", "twice")


def test_nothing_else_is_overwritten(bitgraph, artifacts, tmp_path):
    (tmp_path / "mine.toml").write_text("batch = 1\n")
    done = bitgraph("optimize", "artifacts", "-o", "out", "--write-config", "mine.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "mine.toml: exists and is no file of --write-config" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("bugdet = 1", "no command has an option --bugdet"),
        ("batch = ", "is no TOML"),
        ("batch = true", "'batch' must be a string or a number"),
        ('include = "a"', "'include' must be a list of strings"),
        ("quiet = 1", "'quiet' must be true or false"),
        ("batch = 0", "0 is not in the range x>=1"),
        ('budget = "much"', "--budget is 'much'"),
        ("[optimize]", "no command has an option --optimize"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, wrong):
    (tmp_path / "bitgraph.toml").write_text(text)
    with pytest.raises((BadInputError, click.UsageError), match=wrong):
        commands.main(["inspect", "a", "--config", str(tmp_path / "bitgraph.toml")], standalone_mode=False)


def test_a_file_that_is_not_there(bitgraph):
    done = bitgraph("inspect", "a", "--config", "none.toml")
    assert done.returncode == 2
    assert done.stderr == "bitgraph: none.toml: cannot be read: No such file or directory\n"
