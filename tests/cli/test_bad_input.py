"""Every mistake of a user: exit status 2, one line on stderr, nothing written, input untouched.

One table of all mistakes, with the few lines that run it: hence the length.
"""

import forward_models
import numpy as np
import onnx
import pytest
from profiles import relu_profile
from snapshot import snapshot

from bitgraph import files, optimize
from bitgraph.profiling import write_profile


def empty(where):
    where.joinpath("bad.onnx").touch()
    return ["bad.onnx", "-o", "out"]


def text(where):
    where.joinpath("bad.onnx").write_text("this is not a model, whatever its name says")
    return ["bad.onnx", "-o", "out"]


def zeros(where):
    where.joinpath("bad.onnx").write_bytes(bytes(4096))
    return ["bad.onnx", "-o", "out"]


def truncated(where):
    data = (where / "artifacts" / "training_model.onnx").read_bytes()
    where.joinpath("bad.onnx").write_bytes(data[: len(data) * 2 // 3])
    return ["bad.onnx", "-o", "out"]


def truncated_in_directory(where):
    path = where / "artifacts" / "training_model.onnx"
    path.write_bytes(path.read_bytes()[:-100])
    return ["artifacts", "-o", "out"]


def header_only(where):
    where.joinpath("bad.onnx").write_bytes(b"\x08\x08")
    return ["bad.onnx", "-o", "out"]


def ort_format(where):
    where.joinpath("bad.onnx").write_bytes(b"\x1c\0\0\0ORTM" + bytes(64))
    return ["bad.onnx", "-o", "out"]


def too_large(where):
    with where.joinpath("bad.onnx").open("wb") as file:
        file.truncate(3 * 2**30)
    return ["bad.onnx", "-o", "out"]


def missing(_):
    return ["nowhere.onnx", "-o", "out"]


def inference_graph(where):
    forward_models.write(forward_models.mlp(), where / "net.onnx")
    return ["net.onnx", "-o", "out.onnx"]


def evaluation_graph(_):
    return ["artifacts/eval_model.onnx", "-o", "out.onnx"]


def no_training_model(where):
    (where / "artifacts" / "training_model.onnx").unlink()
    return ["artifacts", "-o", "out"]


def empty_directory(where):
    (where / "nothing").mkdir()
    return ["nothing", "-o", "out"]


def two_training_models(where):
    data = (where / "artifacts" / "training_model.onnx").read_bytes()
    (where / "artifacts" / "b_training_model.onnx").write_bytes(data)
    return ["artifacts", "-o", "out"]


def missing_data(where):
    forward_models.raw_step(where / "step.onnx", "weights.bin")
    (where / "weights.bin").unlink()
    return ["step.onnx", "-o", "out.onnx"]


def short_data(where):
    forward_models.raw_step(where / "step.onnx", "weights.bin")
    (where / "weights.bin").write_bytes(bytes(10))
    return ["step.onnx", "-o", "out.onnx"]


def data_outside(where):
    model = onnx.load(forward_models.raw_step(where / "step.onnx", "w.bin"), load_external_data=False)
    for entry in model.graph.initializer[0].external_data:
        entry.value = "../w.bin" if entry.key == "location" else entry.value
    (where / "step.onnx").write_bytes(model.SerializeToString())
    return ["step.onnx", "-o", "out.onnx"]


def dangling_input(where):
    path = where / "artifacts" / "training_model.onnx"
    model = onnx.load(path)
    model.graph.node[-1].input[0] = "not_there"
    path.write_bytes(model.SerializeToString())
    return ["artifacts", "-o", "out"]


def no_kernel(where):
    path = where / "artifacts" / "training_model.onnx"
    model = onnx.load(path)
    model.graph.node[-1].op_type = "ResizeGrad"
    path.write_bytes(model.SerializeToString())
    return ["artifacts", "-o", "out"]


def no_gradient(where):
    forward_models.write(forward_models.mlp("HardSwish(h)"), where / "net.onnx")
    return ["net.onnx", "--loss", "cross-entropy", "-o", "out"]


def loss_for_training_graph(_):
    return ["artifacts/training_model.onnx", "--loss", "mse", "-o", "out"]


def loss_for_directory(_):
    return ["artifacts", "--loss", "mse", "-o", "out"]


def out_in_missing_directory(_):
    return ["artifacts", "-o", "no/such/out"]


def out_below_a_file(_):
    return ["artifacts", "-o", "artifacts/checkpoint/out"]


def out_on_a_read_only_system(_):
    return ["artifacts", "-o", "/proc/out"]


def out_is_input(_):
    return ["artifacts", "-o", "artifacts"]


def out_is_input_relative(_):
    return ["artifacts", "-o", "artifacts/notes/.."]


def out_is_input_by_link(where):
    (where / "link").symlink_to("artifacts")
    return ["artifacts", "-o", "link"]


def input_is_link_to_out(where):
    (where / "link").symlink_to("artifacts")
    return ["link", "-o", "artifacts"]


def out_in_input(_):
    return ["artifacts", "-o", "artifacts/out"]


def out_in_input_by_link(where):
    (where / "link").symlink_to("artifacts")
    return ["artifacts", "-o", "link/notes/out"]


def out_holds_input(_):
    return ["artifacts", "-o", "."]


def out_is_input_file(_):
    return ["artifacts/training_model.onnx", "-o", "artifacts/training_model.onnx"]


def out_is_its_data(where):
    forward_models.raw_step(where / "step.onnx", "weights.bin")
    return ["step.onnx", "-o", "weights.bin"]


def out_is_other_directory(where):
    (where / "out").mkdir()
    (where / "out" / "thesis.txt").write_text("years of work")
    return ["artifacts", "-o", "out"]


def out_is_a_file(where):
    (where / "out").write_text("years of work")
    return ["artifacts", "-o", "out"]


def out_is_a_directory(where):
    (where / "out").mkdir()
    return ["artifacts/training_model.onnx", "-o", "out"]


def out_is_a_device(_):
    return ["artifacts/training_model.onnx", "-o", "/dev/null"]


def unknown_flag(_):
    return ["artifacts", "-o", "out", "--fast"]


def unknown_loss(_):
    return ["artifacts", "-o", "out", "--loss", "hinge"]


def optimizer_alone(_):
    return ["artifacts", "-o", "out", "--optimizer", "sgd"]


def no_batch(_):
    return ["artifacts", "-o", "out", "--batch", "0"]


def no_model(_):
    return []


def unknown_loss_output(_):
    return ["artifacts", "-o", "out", "--loss-output", "nothing"]


def profile_missing(_):
    return ["artifacts", "-o", "out", "--profile", "p.json"]


def profile_is_no_profile(where):
    (where / "p.json").write_text('{"format": "grocery list"}')
    return ["artifacts", "-o", "out", "--profile", "p.json"]


def profile_of_another_graph(where):
    write_profile(relu_profile(0.5), where / "p.json")
    return ["artifacts", "-o", "out", "--profile", "p.json"]


CASES = {
    # name: (what puts the mistake there and gives the arguments, what the line must name)
    "empty file": (empty, "bad.onnx"),
    "text": (text, "bad.onnx"),
    "zeros": (zeros, "bad.onnx"),
    "truncated": (truncated, "bad.onnx"),
    "truncated in a directory": (truncated_in_directory, "training_model.onnx"),
    "only a header": (header_only, "bad.onnx"),
    "ORT format": (ort_format, "ORT format"),
    "over 2 GiB": (too_large, "external data"),
    "missing": (missing, "nowhere.onnx"),
    "inference graph": (inference_graph, "--loss"),
    "evaluation graph": (evaluation_graph, "eval_model.onnx"),
    "no training model": (no_training_model, "training_model.onnx"),
    "empty directory": (empty_directory, "nothing"),
    "two training models": (two_training_models, "b_training_model.onnx"),
    "missing external data": (missing_data, "weights.bin"),
    "external data cut off": (short_data, "weights.bin"),
    "external data outside": (data_outside, "../w.bin"),
    "reads what nothing computes": (dangling_input, "not_there"),
    "no kernel": (no_kernel, "ResizeGrad"),
    "no gradient": (no_gradient, "HardSwish"),
    "loss for a training graph": (loss_for_training_graph, "--loss"),
    "loss for a directory": (loss_for_directory, "--loss"),
    "OUT in a missing directory": (out_in_missing_directory, "no/such"),
    "OUT below a file": (out_below_a_file, "checkpoint"),
    "OUT not writable": (out_on_a_read_only_system, "/proc/out"),
    "OUT is the input": (out_is_input, "artifacts"),
    "OUT is the input, relative": (out_is_input_relative, "artifacts"),
    "OUT is the input by a link": (out_is_input_by_link, "link"),
    "input is a link to OUT": (input_is_link_to_out, "artifacts"),
    "OUT in the input": (out_in_input, "artifacts/out"),
    "OUT in the input by a link": (out_in_input_by_link, "link/notes/out"),
    "OUT holds the input": (out_holds_input, "holds the input"),
    "OUT is the input file": (out_is_input_file, "training_model.onnx"),
    "OUT is the input's data": (out_is_its_data, "weights.bin"),
    "OUT is somebody's directory": (out_is_other_directory, "out"),
    "OUT is a file": (out_is_a_file, "out"),
    "OUT is a directory": (out_is_a_directory, "out"),
    "OUT is a device": (out_is_a_device, "/dev/null"),
    "unknown flag": (unknown_flag, "--fast"),
    "unknown loss": (unknown_loss, "hinge"),
    "optimizer without loss": (optimizer_alone, "--loss"),
    "batch of none": (no_batch, "--batch"),
    "no model": (no_model, "MODEL"),
    "unknown loss output": (unknown_loss_output, "nothing"),
    "profile missing": (profile_missing, "p.json"),
    "profile is no profile": (profile_is_no_profile, "p.json"),
    "profile of another graph": (profile_of_another_graph, "another graph"),
}


@pytest.mark.parametrize(("prepare", "named"), CASES.values(), ids=CASES)
def test_optimize_refuses(bitgraph, artifacts, tmp_path, prepare, named):
    arguments = prepare(tmp_path)
    before = {} if prepare is too_large else snapshot(tmp_path)

    done = bitgraph("optimize", *arguments)

    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("bitgraph: "), done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    if prepare is not too_large:
        assert snapshot(tmp_path) == before


READERS = {name: CASES[name] for name in ("truncated", "missing", "no training model", "text")}


@pytest.mark.parametrize(("prepare", "named"), READERS.values(), ids=READERS)
@pytest.mark.parametrize("command", ["inspect", "compare", "profile"])
def test_others_refuse(bitgraph, artifacts, tmp_path, command, prepare, named):
    model = prepare(tmp_path)[0]
    more = {"compare": [model], "profile": ["-o", "p.json"]}
    done = bitgraph(command, model, *more.get(command, []))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    assert named in done.stderr


def out_of_profile_is_the_model(_):
    return ["artifacts", "-o", "artifacts/training_model.onnx"]


def out_of_profile_is_a_directory(_):
    return ["artifacts", "-o", "artifacts"]


def out_of_profile_in_missing_directory(_):
    return ["artifacts", "-o", "no/such.json"]


def data_missing(_):
    return ["artifacts", "-o", "p.json", "--data", "d.npz"]


def data_of_another_name(where):
    np.savez(where / "d.npz", image=np.ones(4))
    return ["artifacts", "-o", "p.json", "--data", "d.npz"]


def already_optimized(where):
    loaded = files.load(where / "artifacts")
    files.save(loaded, optimize(loaded.model).model, where / "once")
    return ["once", "-o", "p.json"]


def no_out(_):
    return ["artifacts"]


PROFILE_CASES = {
    "OUT is the model": (out_of_profile_is_the_model, "training_model.onnx"),
    "OUT is a directory": (out_of_profile_is_a_directory, "directory"),
    "OUT in a missing directory": (out_of_profile_in_missing_directory, "no"),
    "no OUT": (no_out, "-o"),
    "no steps": (lambda _: ["artifacts", "-o", "p.json", "--steps", "0"], "--steps"),
    "data missing": (data_missing, "d.npz"),
    "data of another name": (data_of_another_name, "image"),
    "optimized": (already_optimized, "once"),
    "inference graph": (lambda _: ["artifacts/eval_model.onnx", "-o", "p.json"], "eval_model.onnx"),
}


@pytest.mark.parametrize(("prepare", "named"), PROFILE_CASES.values(), ids=PROFILE_CASES)
def test_profile_refuses(bitgraph, artifacts, tmp_path, prepare, named):
    arguments = prepare(tmp_path)
    before = snapshot(tmp_path)
    done = bitgraph("profile", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    assert named in done.stderr
    assert snapshot(tmp_path) == before


REPORT_CASES = {
    "FILE is the model": ("artifacts/training_model.onnx", "no report of bitgraph"),
    "FILE is a directory": ("artifacts", "directory"),
    "FILE in a missing directory": ("no/such.html", "no"),
}


@pytest.mark.parametrize("command", [["inspect", "artifacts"], ["compare", "artifacts", "artifacts"]])
@pytest.mark.parametrize(("out", "named"), REPORT_CASES.values(), ids=REPORT_CASES)
def test_reports_replace_nothing_else(bitgraph, artifacts, tmp_path, command, out, named):
    before = snapshot(tmp_path)
    done = bitgraph(*command, "--html", out)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    assert named in done.stderr
    assert snapshot(tmp_path) == before


def test_unknown_command(bitgraph):
    done = bitgraph("optimise")
    assert done.returncode == 2
    assert done.stderr == "bitgraph: No such command 'optimise'. See 'bitgraph --help'.\n"
