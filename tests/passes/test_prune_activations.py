"""Pruned activations: what the graph becomes, what is refused, and whose gradients come out."""

import dataclasses
import json
import pathlib

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from bitgraph.passes import PruneActivationsPass, SampleActivationsPass
from click.testing import CliRunner
from graphs import nodes
from onnx import numpy_helper
from profiles import relu_graph, relu_profile
from small_net import small_net
from zoo.artifacts import write_artifacts
from zoo.net import Net

import bitgraph
from bitgraph import files
from bitgraph.cli.commands import commands
from bitgraph.errors import BadInputError
from bitgraph.measure.data import make_batches
from bitgraph.measure.open_subject import open_subject
from bitgraph.measure.runner import open_runner
from bitgraph.measure.session import open_options
from bitgraph.plan.decide import make_plan
from bitgraph.plan.prunings import Pruning, make_prunings, prunable
from bitgraph.profiling import read_profile
from bitgraph.profiling.profile import LEVELS

LINEAR = tuple(10.0 * level for level in LEVELS)


def profile(**changes):
    return relu_profile(0.5, levels=LINEAR, **changes)


def config(rate=0.7, **options):
    return bitgraph.Config(profile=profile(), prune_activations=rate, **options)


def test_threshold_is_the_level_of_the_rate():
    (pruning,) = make_prunings(relu_graph(), config(0.725))
    assert (pruning.name, pruning.held, pruning.zeros) == ("y", "y", 0.725)
    assert pruning.threshold == pytest.approx(7.25)


def test_relu_becomes_thresholded():
    model = relu_graph()
    before = nodes(model)
    assert PruneActivationsPass([Pruning("y", "y", 1.5, 0.7)])(model).modified
    assert nodes(model) == [line.replace("y = Relu", "y = ThresholdedRelu") for line in before]
    (pruned,) = (node for node in model.graph if node.op_type == "ThresholdedRelu")
    assert pruned.attributes["alpha"].as_float() == 1.5


def test_gradient_that_reads_the_input_reads_the_output():
    model = relu_graph()
    gradient = next(node for node in model.graph if node.op_type == "ReluGrad")
    gradient.replace_input_with(1, next(node for node in model.graph if node.op_type == "Relu").inputs[0])
    PruneActivationsPass([Pruning("y", "y", 1.5, 0.7)])(model)
    assert "dx = ReluGrad(dy, y)" in nodes(model)


def test_other_activations_are_left_alone():
    assert not PruneActivationsPass([Pruning("other", "other", 1.5, 0.7)])(relu_graph()).modified
    assert not prunable(relu_graph("Sigmoid").graph)


def test_gradient_of_another_form_is_refused():
    """A comparison in the backward pass would still let through what was pruned."""
    model = relu_graph()
    compare = ir.node("Greater", [model.graph[0].outputs[0], model.graph.inputs[2]], name="compare")
    model.graph.append(compare)
    assert not prunable(model.graph)


def test_planned_with_the_zeros_that_pruning_gives():
    asked = config(0.9)
    model = relu_graph()
    PruneActivationsPass(make_prunings(model, asked))(model)
    (entry,) = (d for d in make_plan(model, asked).decisions if d.stash.value.name == "y")
    assert "90% zeros are expected" in entry.reason


def test_needs_levels():
    asked = bitgraph.Config(profile=relu_profile(0.5), prune_activations=0.7)
    with pytest.raises(BadInputError, match="bitgraph profile --levels"):
        bitgraph.optimize(relu_graph(), asked)


def test_nothing_to_prune_is_an_error():
    with pytest.raises(BadInputError, match="finds no float32 ReLU"):
        bitgraph.optimize(relu_graph(), config(exclude=["Relu"]))


def test_report_says_that_bits_differ():
    report = bitgraph.inspect(relu_graph(), config())
    assert any(note.startswith("not bit-identical to the original: pruned") for note in report.notes)
    assert [pruning["name"] for pruning in report.to_json()["pruned"]] == ["y"]
    assert not bitgraph.inspect(relu_graph(), config(None)).pruned


def test_pareto_is_of_the_pruned_graph():
    with pytest.raises(BadInputError, match="finds no float32 ReLU"):
        bitgraph.pareto(relu_graph(), config(exclude=["Relu"]))


def test_sample_goes_through_the_pool(tmp_path):
    write_artifacts(small_net(), tmp_path)
    loaded = files.load(tmp_path)
    sampled = SampleActivationsPass(bitgraph.Config(batch=4), {})
    sampled(loaded.model)
    assert sampled.names == {"pool1": "pool1.sample", "relu2": "relu2.sample"}


# From here on in ONNX Runtime.


def without_dropout() -> Net:
    net = small_net()
    for node in net.model.graph.node:
        if node.op_type == "Dropout":
            node.op_type = "Identity"
            del node.input[1:], node.output[1:]
    return net


def pruned_forward(thresholds: dict[str, float]) -> Net:
    """The pruned net as standard operators, of which the runtime itself makes the gradients."""
    net = without_dropout()
    graph = net.model.graph
    old, made = list(graph.node), []
    for node in old:
        made.append(node)
        name = node.output[0]
        if name in thresholds:
            node.output[0] = f"{name}.whole"
            for what, number in (("bound", thresholds[name]), ("none", 0.0)):
                value = numpy_helper.from_array(np.array(number, np.float32))
                made.append(onnx.helper.make_node("Constant", [], [f"{name}.{what}"], value=value))
            kept = [f"{name}.whole", f"{name}.bound"]
            made.append(onnx.helper.make_node("Greater", kept, [f"{name}.kept"]))
            made.append(
                onnx.helper.make_node("Where", [f"{name}.kept", f"{name}.whole", f"{name}.none"], [name])
            )
    del graph.node[:]
    graph.node.extend(made)
    return net


def gradients(directory: pathlib.Path) -> dict[str, np.ndarray]:
    subject, model = open_subject(directory)
    runner = open_runner(subject, open_options(subject, threads=1))
    (batch,) = make_batches(model, runner.data_names(), batch=8, steps=1).steps
    return {"loss": next(iter(runner.train(batch).values())), **dict(runner.gradients())}


@pytest.fixture(scope="module")
def pruned(tmp_path_factory):
    """Stock artifacts, their profile, and what the command makes of both."""
    folder = tmp_path_factory.mktemp("pruned")
    write_artifacts(without_dropout(), folder / "stock")
    run = CliRunner().invoke
    command = ["profile", str(folder / "stock"), "-o", str(folder / "p.json"), "--levels", "--batch", "64"]
    assert run(commands, command).exit_code == 0
    for name, extra in {"out": [], "unpruned_eval": ["--no-prune-eval"]}.items():
        command = ["optimize", str(folder / "stock"), "-o", str(folder / name), "--json"]
        command += ["--profile", str(folder / "p.json"), "--prune-activations", "0.6", *extra]
        done = run(commands, command, catch_exceptions=False)
        assert done.exit_code == 0
    return folder, json.loads(done.stdout)


def test_gradients_are_those_of_the_pruned_forward_model(pruned, tmp_path):
    folder, report = pruned
    thresholds = {entry["name"]: entry["threshold"] for entry in report["pruned"]}
    assert set(thresholds) == {"relu1", "relu2"}
    write_artifacts(pruned_forward(thresholds), tmp_path / "forward")
    expected, found = gradients(tmp_path / "forward"), gradients(folder / "out")
    assert expected.keys() == found.keys()
    for name, gradient in expected.items():
        np.testing.assert_array_equal(found[name], gradient, err_msg=name)
    stock = gradients(folder / "stock")
    assert not np.array_equal(stock["conv1.weight"], found["conv1.weight"])


def test_zeros_come_out_as_asked(pruned):
    folder, _ = pruned
    loaded = files.load(folder / "stock")
    recorded = read_profile(folder / "p.json")
    asked = bitgraph.Config(profile=recorded, prune_activations=0.6)
    PruneActivationsPass(make_prunings(loaded.model, asked))(loaded.model)
    files.save(loaded, loaded.model, folder / "only_pruned")
    from bitgraph.profiling import record

    zeros = {t.name: t.zeros.mean for t in record(folder / "only_pruned", batch=64, steps=2).tensors}
    assert zeros["pool1"] == pytest.approx(0.6, abs=0.05)
    assert zeros["relu2"] == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize(("name", "op"), [("out", "ThresholdedRelu"), ("unpruned_eval", "Relu")])
def test_evaluation_graph_by_choice(pruned, name, op):
    folder, _ = pruned
    graph = onnx.load(folder / name / "eval_model.onnx").graph
    assert {node.op_type for node in graph.node if "Relu" in node.op_type} == {op}


def test_levels_survive_the_file(pruned):
    folder, _ = pruned
    recorded = read_profile(folder / "p.json")
    assert {t.name for t in recorded.tensors if t.levels} == {"pool1", "relu2"}
    levels = recorded.levels("relu2")
    assert dataclasses.replace(recorded).levels("relu2") == levels
    assert len(levels) == len(LEVELS)
    assert list(levels) == sorted(levels)
