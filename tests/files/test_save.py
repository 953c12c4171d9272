import os
import pathlib

import forward_models
import onnx
import pytest
from snapshot import snapshot

from bitgraph import files
from bitgraph.errors import BadInputError
from bitgraph.files.staging import staged


@pytest.fixture
def directory(tmp_path):
    """What looks like artifacts to the part that copies them, with all sorts beside the graph."""
    source = tmp_path / "in"
    source.mkdir()
    forward_models.raw_step(source / "training_model.onnx", "weights.bin")
    forward_models.write(forward_models.normed_mlp(), source / "optimizer_model.onnx")
    (source / "checkpoint").write_bytes(b"state")
    (source / "checkpoint").chmod(0o444)
    (source / "deep" / "er").mkdir(parents=True)
    (source / "deep" / "er" / "labels.txt").write_text("cat\ndog\n")
    (source / ".hidden").write_text("kept too")
    (source / "alias").symlink_to("deep/er")
    (source / "dangling").symlink_to("nowhere")
    outside = tmp_path / "outside.txt"
    outside.write_text("from elsewhere")
    (source / "linked.txt").symlink_to(outside)
    (source / ".bitgraph-unfinished-12345678-out").write_text("left by a kill")
    return source


def test_directory_is_complete(directory, tmp_path):
    loaded = files.load(directory)
    files.save(loaded, loaded.model, tmp_path / "out")
    before, after = snapshot(directory), snapshot(tmp_path / "out")
    del before[".bitgraph-unfinished-12345678-out"]
    assert after.keys() == before.keys()
    assert after.pop("linked.txt") == b"from elsewhere"
    assert before.pop("linked.txt") == tmp_path / "outside.txt"
    del before["training_model.onnx"], after["training_model.onnx"]
    assert after == before
    onnx.load(tmp_path / "out" / "training_model.onnx")  # finds its data


def test_copy_of_a_read_only_file_can_be_written(directory, tmp_path):
    loaded = files.load(directory)
    files.save(loaded, loaded.model, tmp_path / "out")
    assert (tmp_path / "out" / "checkpoint").stat().st_mode & 0o200


def test_link_out_to_a_parent_is_refused(directory, tmp_path):
    (directory / "up").symlink_to(tmp_path)
    loaded = files.load(directory)
    with pytest.raises(BadInputError, match="up: is a link"):
        files.save(loaded, loaded.model, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".bitgraph-*"))


def test_pipe_is_refused(directory, tmp_path):
    os.mkfifo(directory / "pipe")
    loaded = files.load(directory)
    with pytest.raises(BadInputError, match="pipe: is neither"):
        files.save(loaded, loaded.model, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_empty_directory_is_replaced(directory, tmp_path):
    (tmp_path / "out").mkdir()
    loaded = files.load(directory)
    files.save(loaded, loaded.model, tmp_path / "out")
    assert (tmp_path / "out" / "checkpoint").exists()


def test_ir_version_is_kept(tmp_path):
    loaded = files.load(forward_models.raw_step(tmp_path / "step.onnx"))
    files.save(loaded, loaded.model, tmp_path / "out.onnx")
    assert onnx.load(tmp_path / "out.onnx").ir_version == 8


def test_file_is_replaced_and_its_old_data_removed(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    path = forward_models.raw_step(source / "step.onnx", "weights.bin")
    loaded = files.load(path)
    files.save(loaded, loaded.model, tmp_path / "out.onnx")
    files.save(loaded, loaded.model, tmp_path / "out.onnx")
    assert {entry.name for entry in tmp_path.iterdir()} == {"in", "out.onnx", "out.onnx.data"}

    (source / "weights.bin").write_bytes(bytes(256))
    loaded = files.load(path)
    files.save(loaded, loaded.model, tmp_path / "out.onnx")
    names = {entry.name for entry in tmp_path.iterdir()}
    assert names == {"in", "out.onnx", "out.onnx.2.data"}
    weights = onnx.load(tmp_path / "out.onnx").graph.initializer[0]
    assert not onnx.numpy_helper.to_array(weights).any()


def test_data_of_the_input_is_never_removed(tmp_path):
    forward_models.raw_step(tmp_path / "step.onnx", "out.onnx.data")
    before = snapshot(tmp_path)
    (tmp_path / "out.onnx").write_bytes((tmp_path / "step.onnx").read_bytes())
    loaded = files.load(tmp_path / "step.onnx")
    files.save(loaded, loaded.model, tmp_path / "out.onnx")
    after = snapshot(tmp_path)
    assert {name: after[name] for name in before} == before
    assert "out.onnx.2.data" in after


def test_existing_file_survives_a_failure(tmp_path, monkeypatch):
    loaded = files.load(forward_models.raw_step(tmp_path / "step.onnx"))
    (tmp_path / "out.onnx").write_text("former")
    before = snapshot(tmp_path)

    def fail(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "write_bytes", fail)
    with pytest.raises(BadInputError, match=r"out\.onnx: cannot be written: No space left"):
        files.save(loaded, loaded.model, tmp_path / "out.onnx")
    assert snapshot(tmp_path) == before


def _stage_a_directory(out):
    with staged(out) as stage:
        stage.mkdir()


def _interrupt_staging(out):
    with staged(out) as stage:
        stage.write_text("half")
        raise KeyboardInterrupt


def test_failed_swap_puts_the_old_directory_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "former").touch()
    rename = pathlib.Path.rename

    def fail_to_move_in(path, goal):
        if goal == out and "former" not in {entry.name for entry in path.iterdir()}:
            raise OSError(5, "Input/output error")
        return rename(path, goal)

    monkeypatch.setattr(pathlib.Path, "rename", fail_to_move_in)
    with pytest.raises(BadInputError, match="Input/output error"):
        _stage_a_directory(out)
    assert snapshot(tmp_path) == {"out": None, "out/former": b""}


def test_interrupt_removes_the_temporary(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        _interrupt_staging(tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_permissions_follow_the_umask(tmp_path):
    loaded = files.load(forward_models.raw_step(tmp_path / "step.onnx"))
    former = os.umask(0o027)
    try:
        files.save(loaded, loaded.model, tmp_path / "out.onnx")
    finally:
        os.umask(former)
    assert (tmp_path / "out.onnx").stat().st_mode & 0o777 == 0o640


def test_mended_evaluation_graph(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    forward_models.raw_step(source / "training_model.onnx")
    broken = forward_models.normed_mlp()
    norm = next(node for node in broken.graph.node if node.op_type == "BatchNormalization")
    norm.attribute[0].i = 0  # as generate_artifacts does
    forward_models.write(broken, source / "eval_model.onnx")
    loaded = files.load(source)
    notes = files.save(loaded, loaded.model, tmp_path / "out")
    mended = onnx.load(tmp_path / "out" / "eval_model.onnx")
    norm = next(node for node in mended.graph.node if node.op_type == "BatchNormalization")
    assert list(norm.output) == ["n"]
    assert len(notes) == 1
    assert "eval_model.onnx" in notes[0]
