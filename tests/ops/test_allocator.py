"""Where sessions with the library take their memory from: each case in a fresh process."""

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

MIB = 2**20

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep the arena")

# Tensors of one to six units live in turn, in sizes that leave gaps; at most nine units at once.
_PROGRAM = """
import json, resource, sys
import numpy as np, onnxruntime
from onnx import TensorProto, helper
from bitgraph.runtime import session_options

def status(field):
    line = next(line for line in open("/proc/self/status") if line.startswith(field))
    return int(line.split()[1]) * 1024

def session(options):
    nodes = [helper.make_node("Exp", ["x"], ["t1"])]
    for n in range(2, 7):
        nodes.append(helper.make_node("Concat", ["x"] * n, [f"c{n}"], axis=1))
        nodes.append(helper.make_node("ReduceMean", [f"c{n}"], [f"m{n}"], axes=[1], keepdims=1))
        nodes.append(helper.make_node("Mul", [f"t{n - 1}", f"m{n}"], [f"t{n}"]))
    nodes.append(helper.make_node("ReduceSum", ["t6"], ["y"], keepdims=0))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 262144])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [])
    model = helper.make_model(
        helper.make_graph(nodes, "g", [x], [y]), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )

def options(register):
    made = onnxruntime.SessionOptions()
    made.intra_op_num_threads = 1
    made.log_severity_level = 4
    made.enable_mem_pattern = False
    return session_options(made) if register else made

def run(session, batch):
    x = np.full((batch, 262144), 0.25, np.float32)
    return float(session.run(None, {"x": x})[0])
"""


def told(body: str, **environment: str) -> dict[str, Any]:
    """Run a program and give the object that it prints."""
    process = subprocess.run(
        [sys.executable, "-c", _PROGRAM + body],
        env=os.environ | {"BITGRAPH_ONE_REGION": "1"} | environment,
        cwd=pathlib.Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    found: dict[str, Any] = json.loads(process.stdout)
    return found


_GROWTH = """
s = session(options(True))
run(s, 1)
before = status("VmRSS")
for _ in range(3):
    run(s, 4)
print(json.dumps({"growth": status("VmHWM") - before}))
"""


def test_resident_memory_follows_what_is_in_use() -> None:
    # Two tensors of 4 MiB, one of 24, and the input, which Python holds.
    in_use = (4 + 4 + 24 + 4) * MIB
    ours = told(_GROWTH)["growth"]
    kept = told(_GROWTH, BITGRAPH_KEEP_ARENA="1", BITGRAPH_ONE_REGION="0")["growth"]
    assert ours < in_use * 1.15
    assert ours < kept * 0.9


def test_changing_batches_leave_nothing_behind() -> None:
    body = """
ours, stock = session(options(True)), session(options(False))
sizes = [1, 2, 3, 4, 5, 4, 3, 2]
same = all(run(ours, n) == run(stock, n) for n in sizes)
before = status("VmRSS")
same &= all(run(ours, n) == run(ours, n) for _ in range(6) for n in sizes)
print(json.dumps({"same": same, "growth": status("VmRSS") - before}))
"""
    found = told(body)
    assert found["same"]
    assert found["growth"] < 2 * MIB


def test_without_memory_there_is_an_error_and_the_session_goes_on() -> None:
    body = """
x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 262144])
rows = helper.make_tensor_value_info("rows", TensorProto.INT64, [2])
y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [])
nodes = [
    helper.make_node("Expand", ["x", "rows"], ["wide"]),
    helper.make_node("ReduceSum", ["wide"], ["y"], keepdims=0),
]
model = helper.make_model(
    helper.make_graph(nodes, "g", [x, rows], [y]), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
)
s = onnxruntime.InferenceSession(model.SerializeToString(), options(True), providers=["CPUExecutionProvider"])
data = np.full((1, 262144), 0.25, np.float32)
repeat = lambda n: float(s.run(None, {"x": data, "rows": np.array([n, 1])})[0])
first = repeat(2)
resource.setrlimit(resource.RLIMIT_AS, (status("VmSize") + 2**28, resource.RLIM_INFINITY))
try:
    repeat(4096)
    error = ""
except Exception as raised:
    error = str(raised)
print(json.dumps({"error": error, "same": repeat(2) == first}))
"""
    found = told(body)
    assert "wide" in found["error"] or "alloc" in found["error"], found
    assert found["same"]


def test_what_the_program_chose_stays() -> None:
    body = """
key = "session.use_env_allocators"
chosen, without = onnxruntime.SessionOptions(), onnxruntime.SessionOptions()
chosen.add_session_config_entry(key, "0")
without.enable_cpu_mem_arena = False
entries = [session_options(o).get_session_config_entry(key) for o in (chosen, without)]
print(json.dumps({"chosen": entries[0], "without": entries[1]}))
"""
    assert told(body) == {"chosen": "0", "without": "0"}


def test_several_sessions_come_and_go() -> None:
    body = """
results = set()
for _ in range(3):
    pair = [session(options(True)) for _ in range(2)]
    results.update((n, run(s, n)) for s in pair for n in (1, 2))
    del pair
print(json.dumps({"results": len(results)}))
"""
    assert told(body)["results"] == 2
