"""Steps of plain32 in PyTorch, one thread: ``python -m bittrain.torch_step VARIANT BATCH`` prints JSON.

``eager`` is PyTorch as it is, ``checkpoint`` computes segments of layers again, ``bitmap hooks`` holds what
autograd saves as bitmaps in ``saved_tensors_hooks``, written in PyTorch's own operators.
"""

import contextlib
import hashlib
import json
import pathlib
import statistics
import sys
import tempfile
import time
from typing import Any

import memray
import torch
from torch.utils.checkpoint import checkpoint_sequential

from bittrain.plain_net import DEPTH, WIDTHS

_SEGMENTS = 6  # about the square root of the layers
_SIDE = 32
_STEPS = 7


class BitmapHooks:
    """Hooks that hold float tensors as one bit an element and the values that are not zero.

    Attributes:
        counts: Elements packed, and those of them that were not zero.
    """

    def __init__(self, parameters: set[int]) -> None:
        self.counts = [0, 0]
        self._parameters = parameters
        self._last: tuple[int, Any] | None = None

    def pack(self, x: torch.Tensor) -> Any:
        """Return the bitmap of ``x``; a ReLU and the convolution behind it save the same tensor."""
        if x.data_ptr() in self._parameters or x.dtype != torch.float32 or x.numel() % 8:
            return x
        last, self._last = self._last, None  # once it is freed, its address may be another's
        if last is not None and last[0] == x.data_ptr():
            return last[1]
        stored = x.detach().contiguous().view(-1)
        there = stored.view(torch.int32) != 0
        bits = (there.view(-1, 8) * _POWERS).sum(1, dtype=torch.uint8)
        packed = x.shape, bits, stored[there]
        self._last = x.data_ptr(), packed
        self.counts = [self.counts[0] + there.numel(), self.counts[1] + int(there.sum())]
        return packed

    def unpack(self, packed: Any) -> torch.Tensor:
        """Return what was packed."""
        if isinstance(packed, torch.Tensor):
            return packed
        shape, bits, values = packed
        dense = torch.zeros(shape)
        dense.view(-1)[(bits[:, None] & _POWERS).view(-1) != 0] = values
        return dense


_POWERS = torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=torch.uint8)


def plain32() -> torch.nn.Sequential:
    """Build the net of ``plain_net`` with PyTorch's initial values."""
    layers: list[torch.nn.Module] = []
    channels = 3
    for stage, width in enumerate(WIDTHS):
        for layer in range(DEPTH + (stage == 0)):
            stride = 2 if stage and layer == 0 else 1
            layers += [torch.nn.Conv2d(channels, width, 3, stride, padding=1), torch.nn.ReLU()]
            torch.nn.init.kaiming_normal_(layers[-2].weight)
            channels = width
    last = [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(channels, 10)]
    return torch.nn.Sequential(*layers, *last)


def measure(variant: str, batch: int) -> dict[str, Any]:
    """Return a step's peak bytes, median seconds, zeros where they are counted, and a digest of gradients."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net = plain32()
    x, labels = torch.randn(batch, 3, _SIDE, _SIDE), torch.randint(0, 10, (batch,))
    hooks = BitmapHooks({parameter.data_ptr() for parameter in net.parameters()})

    def step() -> None:
        net.zero_grad(set_to_none=False)
        saved = contextlib.nullcontext()
        if variant == "bitmap hooks":
            saved = torch.autograd.graph.saved_tensors_hooks(hooks.pack, hooks.unpack)
        with saved:
            again = variant == "checkpoint"
            scores = checkpoint_sequential(net, _SEGMENTS, x, use_reentrant=False) if again else net(x)
            loss = torch.nn.functional.cross_entropy(scores, labels)
        loss.backward()

    step()  # what stays for good is there from now on
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder, "step.bin")
        with memray.Tracker(record):
            step()
        peak = int(memray.FileReader(record).metadata.peak_memory)
    seconds = []
    for _ in range(_STEPS):
        begin = time.process_time()
        step()
        seconds.append(time.process_time() - begin)
    digest = hashlib.sha256(b"".join(parameter.grad.numpy().tobytes() for parameter in net.parameters()))
    elements, kept = hooks.counts
    zeros = 1 - kept / elements if elements else None
    return {"peak": peak, "seconds": statistics.median(seconds), "zeros": zeros, "digest": digest.hexdigest()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
