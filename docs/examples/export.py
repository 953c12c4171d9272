"""From PyTorch to training artifacts that need less memory: export, ``generate_artifacts``, ``optimize``.

Use: ``python docs/examples/export.py cnn OUT`` where torch is installed, or ``bert OUT`` where transformers
is, too. OUT is a directory that is ready to train with.
"""

import pathlib
import sys

import onnx
import onnx_ir as ir

import bitgraph
from bitgraph.runtime.training import artifacts


def cnn():
    """A small convolutional net, all of it trained."""
    from torch import nn, randn

    def block(source, width):
        return [nn.Conv2d(source, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]

    net = nn.Sequential(*block(3, 8), *block(8, 16), nn.Flatten(), nn.Dropout(0.1), nn.Linear(16 * 8 * 8, 10))
    return net, (randn(2, 3, 32, 32),), ["images"]


def bert():
    """BERT as one fine-tunes it: embeddings and first layer frozen, the other and the classifier trained."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    sizes = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": 2}
    config = BertConfig(vocab_size=100, max_position_embeddings=32, num_labels=4, return_dict=False, **sizes)
    config._attn_implementation = "eager"  # plain operators, each with a gradient in ONNX Runtime
    net = BertForSequenceClassification(config)  # in earnest: .from_pretrained("bert-base-uncased")
    for frozen in (net.bert.embeddings, net.bert.encoder.layer[0]):
        frozen.requires_grad_(False)
    tokens, mask = torch.randint(0, 100, (2, 32)), torch.ones(2, 32, dtype=torch.int64)
    return net, (tokens, mask), ["tokens", "mask"]


def export(net, arguments, names, path):
    """Export ``net`` as a forward model in training mode, and give the names of what is trained."""
    import torch

    torch.onnx.export(
        net.train(),
        arguments,
        path,
        input_names=names,
        output_names=["scores"],
        dynamic_axes={name: {0: "batch"} for name in [*names, "scores"]},
        opset_version=16,  # newer ones have LayerNormalization, whose statistics the gradient misses
        dynamo=False,  # this exporter keeps Dropout and BatchNormalization as they are in training
        training=torch.onnx.TrainingMode.TRAINING,
        do_constant_folding=False,  # a folded weight has another name
    )
    return [name for name, parameter in net.named_parameters() if parameter.requires_grad]


def make_artifacts(forward, trained, directory):
    """Make training artifacts of a forward model in an existing directory, with ONNX Runtime's own tool.

    Args:
        forward: An ``onnx.ModelProto`` whose weights are initializers.
        trained: Names of the parameters that are trained; all others are frozen.
        directory: Where the artifacts go.
    """
    floats = [each for each in forward.graph.initializer if each.data_type == onnx.TensorProto.FLOAT]
    artifacts.generate_artifacts(
        forward,
        requires_grad=trained,
        frozen_params=[each.name for each in floats if each.name not in trained],
        loss=artifacts.LossType.CrossEntropyLoss,
        optimizer=artifacts.OptimType.AdamW,
        artifact_directory=str(directory),
    )


def lower_memory(directory, batch):
    """Rewrite the training graph of artifacts for steps of ``batch`` samples, and give bitgraph's report."""
    optimized = bitgraph.optimize(directory, bitgraph.Config(batch=batch))
    ir.save(optimized.model, directory / "training_model.onnx")
    return optimized.report


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    trained = export(*{"cnn": cnn, "bert": bert}[sys.argv[1]](), out / "forward.onnx")
    make_artifacts(onnx.load(out / "forward.onnx"), trained, out)
    report = lower_memory(out, batch=16)
    print(f"predicted peak: {report.peak_before} -> {report.peak_after} bytes", *report.notes, sep="\n")
