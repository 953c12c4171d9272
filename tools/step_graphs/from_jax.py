"""Step graphs as jax2onnx makes them of ``jax.value_and_grad``: loss and gradients, no optimizer.

Every product here has an operand of three dims: of two matrices, jax2onnx 0.17.1 writes the gradient for the
second one as a Gemm that is not transposed. It has no gradients of convolutions either, so that those are
products over gathered columns.

Use: ``python tools/step_graphs/from_jax.py DIR`` where ``pip install jax==0.10.2 jax2onnx==0.17.1`` is all
there is.
"""

import lzma
import pathlib
import sys

import jax
import jax.numpy as jnp
from jax2onnx import to_onnx

BATCH = 16


def main(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for make in (mlp, attention, im2col):
        loss, shapes = make()
        names = list(shapes)
        parameters = tuple(range(len(names) - 2))
        step = jax.value_and_grad(loss, argnums=parameters)

        def flat(*values, step=step):
            value, gradients = step(*values)
            return (value, *gradients)

        model = to_onnx(
            flat,
            [jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes.values()],
            model_name=f"jax_{make.__name__}",
            opset=21,
            input_names=names,
            output_names=["loss", *(f"{names[index]}_grad" for index in parameters)],
        )
        model.ir_version = 10
        stored = directory / f"jax_{make.__name__}.onnx.xz"
        stored.write_bytes(lzma.compress(model.SerializeToString(), preset=9))


def cross_entropy(scores, labels):
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(scores) * labels, axis=-1))


def mlp():
    """Three layers with ReLU6, each row of a sample by itself."""

    def loss(w0, b0, w1, b1, w2, b2, x, labels):
        hidden = jax.nn.relu6(x @ w0 + b0)
        hidden = jax.nn.relu6(hidden @ w1 + b1)
        return cross_entropy(hidden @ w2 + b2, labels)

    return loss, {
        "w0": (64, 128), "b0": (128,), "w1": (128, 128), "b1": (128,), "w2": (128, 10), "b2": (10,),
        "x": (BATCH, 32, 64), "labels": (BATCH, 32, 10),
    }  # fmt: skip


def attention():
    """One layer of attention whose weights go through ReLU, and a feed-forward layer with ReLU."""

    def loss(query, key, value, out, up, down, head, x, labels):
        q, k, v = x @ query, x @ key, x @ value
        weights = jax.nn.relu(jnp.einsum("nid,njd->nij", q, k)) / x.shape[1]
        x = x + jnp.einsum("nij,njd->nid", weights, v) @ out
        x = x + jax.nn.relu(x @ up) @ down
        return cross_entropy(jnp.mean(x, axis=1, keepdims=True) @ head, labels)

    width = 32
    square = (width, width)
    return loss, {
        "query": square, "key": square, "value": square, "out": square,
        "up": (width, 4 * width), "down": (4 * width, width), "head": (width, 10),
        "x": (BATCH, 64, width), "labels": (BATCH, 1, 10),
    }  # fmt: skip


def im2col():
    """Convolutions as products over gathered columns, channels last."""

    def columns(x):
        n, height, width, channels = x.shape
        padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        parts = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
        return jnp.concatenate(parts, axis=-1).reshape(n, height, width, 9 * channels)

    def loss(w0, b0, w1, b1, head, x, labels):
        for weight, bias in ((w0, b0), (w1, b1)):
            x = jax.nn.relu(jnp.einsum("nhwk,kc->nhwc", columns(x), weight) + bias)
        return cross_entropy(jnp.mean(x, axis=1, keepdims=True).mean(axis=2) @ head, labels)

    return loss, {
        "w0": (27, 16), "b0": (16,), "w1": (144, 32), "b1": (32,), "head": (32, 10),
        "x": (BATCH, 32, 32, 3), "labels": (BATCH, 1, 10),
    }  # fmt: skip


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
