"""Local training of one client, a process as it would be on a device: parameters in, parameters out.

Use: ``python local_training.py ORDER.json``. It prints what the training took, as JSON; with a limit it may
take only so many bytes on top of what the process has when training begins.
"""

import json
import pathlib
import resource
import sys

import numpy as np
import onnxruntime

import bitgraph
from bitgraph.runtime.training import api


def main(order):
    """Carry out ``order``: artifacts, optimized, data, client, clients, batch, limit, parameters, out."""
    images, labels = part_of(order["data"], order["client"], order["clients"])
    with np.load(order["parameters"]) as stored:
        parameters = dict(stored)
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the largest resident size starts from here
    before, resident = status("VmSize"), status("VmRSS")
    if order["limit"]:
        resource.setrlimit(resource.RLIMIT_AS, (before + order["limit"], resource.RLIM_INFINITY))
    trained = train(order, parameters, images, labels)
    taken = {"address_space": status("VmPeak") - before, "resident": status("VmHWM") - resident}
    np.savez(order["out"], **trained)
    print(json.dumps({"num-examples": len(labels), **taken}))


def part_of(data, client, clients):
    """Give the images (float32, n x 1 x 28 x 28, 0 to 1) and labels (int64, n) of one client."""
    with np.load(data) as arrays:
        images, labels = arrays["images"][client::clients], arrays["labels"][client::clients]
    return (images[:, None] / np.float32(255)).astype(np.float32), labels.astype(np.int64)


def train(order, parameters, images, labels):
    """Go once through the data, and give the parameters after that."""
    artifacts = pathlib.Path(order["artifacts"])
    options = bitgraph.session_options() if order["optimized"] else onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # with several, stock itself does not always repeat its last digit
    state = api.CheckpointState.load_checkpoint(artifacts / "checkpoint")
    module = api.Module(artifacts / "training_model.onnx", state, session_options=options)
    for name, array in parameters.items():  # not before the module is there: ONNX Runtime copies through it
        state.parameters[name].data = array
    optimizer = api.Optimizer(artifacts / "optimizer_model.onnx", module)
    optimizer.set_learning_rate(0.05)
    module.train()
    for start in range(0, len(labels), order["batch"]):
        taken = slice(start, start + order["batch"])
        module(images[taken], labels[taken])
        optimizer.step()
        module.lazy_reset_grad()
    return {name: parameter.data.copy() for name, parameter in state.parameters}


def status(field):
    """Give a number of the kernel about this process, in bytes."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == field:
            return int(rest.split()[0]) * 1024
    raise KeyError(field)


if __name__ == "__main__":
    main(json.loads(pathlib.Path(sys.argv[1]).read_text()))
