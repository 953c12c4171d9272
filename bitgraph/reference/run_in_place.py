"""The meaning of ``RunInPlace``."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from onnx.reference.op_run import OpRun

from bitgraph import domain
from bitgraph.errors import BadInputError

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]


class RunInPlace(OpRun):
    """``C = RunInPlace(A, B, bias)``: an operator of the runtime, ``op``; natively C may be written over A.

    A is dY for a gradient and B what it reads besides. With ``swapped`` B is its first input. The runtime
    rounds each of its steps; here all but an Add is exact but for one rounding.
    """

    op_domain = domain.DOMAIN

    def _run(
        self, a: Floats, b: Floats, bias: Floats | None = None, op: str = "", swapped: int = 0
    ) -> tuple[Floats, ...]:
        name = domain.RUN_IN_PLACE
        if op not in _MEANINGS:
            raise BadInputError(f"{name}: attribute 'op' is '{op}', which is not run in place")
        if a.shape != b.shape:
            raise BadInputError(f"{name}: A has dims {a.shape}, B has {b.shape}")
        if op.startswith("Bias") and (bias is None or bias.shape != a.shape[-1:]):
            raise BadInputError(f"{name}: the bias has to have as many elements as the last dim of {a.shape}")
        first, second = (b, a) if swapped else (a, b)
        with np.errstate(all="ignore"):
            if op == "Add":
                return (np.asarray(first + second),)
            point = second.astype(np.float64) + (0.0 if bias is None else bias)
            return (np.asarray(_MEANINGS[op](first.astype(np.float64), point), np.float32),)


def _gelu(dy: Doubles, x: Doubles) -> Doubles:
    erf = np.vectorize(math.erf, otypes=[np.float64])
    density = np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return np.asarray(dy * (0.5 * (1 + erf(x * math.sqrt(0.5))) + x * density))


def _fast_gelu(dy: Doubles, x: Doubles) -> Doubles:
    alpha, gamma = math.sqrt(2 / math.pi), 0.044715
    tanh = np.tanh(alpha * (x + gamma * x**3))
    inner = alpha * (1 + 3 * gamma * x * x)
    return np.asarray(dy * 0.5 * (1 + tanh + x * (1 - tanh * tanh) * inner))


_MEANINGS: Mapping[str, Callable[[Doubles, Doubles], Doubles]] = {
    "Add": np.add,
    "BiasGeluGrad_dX": _gelu,
    "FastGeluGrad": _fast_gelu,
    "GeluGrad": _gelu,
    "LogSoftmaxGrad_13": lambda dy, y: dy - np.exp(y) * dy.sum(-1, keepdims=True),
    "SigmoidGrad": lambda dy, y: dy * y * (1 - y),
    "SoftmaxGrad_13": lambda dy, y: y * (dy - (dy * y).sum(-1, keepdims=True)),
    "TanhGrad": lambda dy, y: dy * (1 - y * y),
}
