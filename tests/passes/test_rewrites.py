"""Each rewrite before and after, refusals among the cases, and what holds for all of them.

One table of graphs as text, each beside what it becomes: hence the length.
"""

import pytest
from bitgraph.passes import (
    ConvolveInPlacePass,
    CountZerosPass,
    FuseMaxPoolsPass,
    FuseReluPacksPass,
    HoldBitmapsPass,
    HoldBitsPass,
    HoldIndicesPass,
    HoldMasksPass,
    NormalizeInPlacePass,
    SeparateBuffersPass,
)
from graphs import graph, is_sorted, nodes

from bitgraph import Config

BIG = "8, 16, 32, 32"
HALF = "8, 16, 16, 16"
INPUTS = f"float[{BIG}] x, float[16, 16, 3, 3] w, float[] seed, float[1] low, float[1] high, bool[] training"
LOSS = "loss = ReduceMean (z)"

RELU_BEFORE = f"""
y = Relu(x0)
z = Conv <pads = [1, 1, 1, 1]> (y, w)
{LOSS}
dz = Expand(seed, shape)
dy, dw = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, y, w)
dx = com.microsoft.ReluGrad(dy, y)
"""
CLIP_BEFORE = f"""
z = Clip(x0, low, high)
{LOSS}
dz = Expand(seed, shape)
under = LessOrEqual(x0, high)
over = GreaterOrEqual(x0, low)
both = And(over, under)
factor = Cast <to = 1> (both)
dx = Mul(dz, factor)
"""
DROPOUT_BEFORE = f"""
y, mask = Dropout(x0, low, training)
z = Neg(y)
{LOSS}
dz = Expand(seed, shape)
dx = com.microsoft.DropoutGrad(dz, mask, low, training)
"""
WHERE_BEFORE = f"""
positive = Greater(x0, low)
z = Where(positive, x0, low)
{LOSS}
dz = Expand(seed, shape)
dx = Where(positive, dz, low)
"""
POOL_BEFORE = f"""
z, indices = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (x0)
{LOSS}
dz = Expand(seed, shape)
dx = com.microsoft.MaxPoolGrad(dz, indices)
"""
PACKED_POOL_BEFORE = f"""
p, indices = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (x0)
z, held = bitgraph.IndexPack(p, indices)
{LOSS}
dz = Expand(seed, shape)
dx = bitgraph.MaxPoolIndexGrad(dz, held)
"""
VIEW_BEFORE = """
y = Relu(x0)
flat = Flatten(y)
z = Neg(y)
flat_mean = ReduceMean(flat)
z_mean = ReduceMean(z)
loss = Add(z_mean, flat_mean)
dz = Expand(seed, shape)
dflat = Flatten(dz)
dw = Gemm <transA = 1> (dflat, flat)
dx = Mul(dz, y)
"""
DENSE_BEFORE = f"""
y = Sigmoid(x0)
z = Conv <pads = [1, 1, 1, 1]> (y, w)
{LOSS}
dz = Expand(seed, shape)
dx, dw = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, y, w)
"""
CONV_GRAD_BEFORE = f"""
z = Conv <pads = [1, 1, 1, 1]> (x0, w)
{LOSS}
dz = Expand(seed, shape)
dx0, dw = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, x0, w)
dx = Neg(dx0)
"""
HELD_BEFORE = f"""
through, held = bitgraph.BitmapPack(x0)
z = Conv <pads = [1, 1, 1, 1]> (through, w)
{LOSS}
dz = Expand(seed, shape)
restored = bitgraph.BitmapUnpack(held, dz)
dx, dw, db = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, restored, w)
"""
COMPUTED_BEFORE = f"""
z = Conv <pads = [1, 1, 1, 1]> (x0, w)
{LOSS}
dz = Expand(seed, shape)
again = bitgraph.Barrier(x0, dz)
y = Relu(again)
dx0, dw = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, y, w)
dx = Neg(dx0)
"""

RELU_PACKS_BEFORE = f"""
y = Relu(x0)
t, m = bitgraph.MaskPack <predicate = "positive"> (y)
u, b = bitgraph.BitmapPack(t)
z = Conv <pads = [1, 1, 1, 1]> (u, w)
{LOSS}
dz = Expand(seed, shape)
r = bitgraph.BitmapUnpack(b, dz)
dy, dw = com.microsoft.ConvGrad <pads = [1, 1, 1, 1]> (dz, r, w)
dx = bitgraph.MaskGrad <mode = "select"> (dy, m)
"""
RELU_MASK_BEFORE = RELU_PACKS_BEFORE.replace("u, b = bitgraph.BitmapPack(t)", "u, b = bitgraph.CodedPack(t)")
NORM_BEFORE = f"""
n, m0, v0, m, v = com.microsoft.BatchNormInternal <epsilon = 0.001, momentum = 0.9> (x0, low, low, low, low)
z = Relu(n)
{LOSS}
dz = Expand(seed, shape)
dx = Neg(dz)
"""


def model(body, *, pooled=False, outputs=""):
    """The body behind a Neg, so that the stash is no data input, with the types of its values."""
    dz = HALF if pooled else BIG
    subject = graph(
        "x0 = Neg(x)\nshape = Shape(z)\n" + body.strip(),
        inputs=INPUTS,
        outputs=f"float[1, 1, 1, 1] loss, float[{BIG}] dx{outputs}",
        values=f"float[{BIG}] x0, float[{BIG}] y, float[{dz}] z, float[{dz}] dz, float[{BIG}] dy, "
        f"float[{BIG}] dx0, float[{BIG}] restored, float[{BIG}] n, float[{BIG}] t, float[{BIG}] u, "
        f"float[{HALF}] p, bool[{BIG}] mask, bool[{BIG}] positive, int64[{dz}] indices",
    )
    subject.graph.sort()
    return subject


CASES = {
    "zeros of a ReLU": (
        CountZerosPass,
        RELU_BEFORE,
        [
            "y.zeros.through, y.zeros = CountZeros(y)",
            "z = Conv(y.zeros.through, w)",
            "dy, dw = ConvGrad(dz, y, w)",
            "dx = ReluGrad(dy, y)",
        ],
    ),
    "values of a ReLU": (
        HoldBitmapsPass,
        RELU_BEFORE,
        [
            "y.bitmap.through, y.bitmap = BitmapPack(y)",
            "z = Conv(y.bitmap.through, w)",
            "y.bitmap.restored.0 = BitmapUnpack(y.bitmap, dz)",
            "dy, dw = ConvGrad(dz, y.bitmap.restored.0, w)",
        ],
    ),
    "a stash and its view are one": (
        HoldBitmapsPass,
        VIEW_BEFORE,
        [
            "y.bitmap.through, y.bitmap = BitmapPack(y)",
            "z = Neg(y.bitmap.through)",
            "flat = Flatten(y.bitmap.through)",
            "y.bitmap.restored.1 = BitmapUnpack(y.bitmap, dflat)",
            "flat.restored.1 = Flatten(y.bitmap.restored.1)",
            "dw = Gemm(dflat, flat.restored.1)",
            "y.bitmap.restored.0 = BitmapUnpack(y.bitmap, dz)",
            "dx = Mul(dz, y.bitmap.restored.0)",
        ],
    ),
    "sign of a ReLU": (
        HoldMasksPass,
        RELU_BEFORE,
        ["y.sign.through, y.sign = MaskPack(y)", "dx = MaskGrad(dy, y.sign)"],
    ),
    "range of a Clip": (
        HoldMasksPass,
        CLIP_BEFORE,
        ["x0.range.through, x0.range = MaskPack(x0, low, high)", "dx = MaskGrad(dz, x0.range)"],
    ),
    "mask of a Dropout": (
        HoldBitsPass,
        DROPOUT_BEFORE,
        [
            "mask.bits.through, mask.bits = BitsPack(y, mask)",
            "z = Neg(mask.bits.through)",
            "mask.bits.restored.0 = BitsUnpack(mask.bits, dz)",
            "dx = DropoutGrad(dz, mask.bits.restored.0, low, training)",
        ],
    ),
    "condition of a Where": (
        HoldBitsPass,
        WHERE_BEFORE,
        [
            "positive.bits.through, positive.bits = BitsPack(positive, positive)",
            "z = Where(positive.bits.through, x0, low)",
            "positive.bits.restored.0 = BitsUnpack(positive.bits, dz)",
            "dx = Where(positive.bits.restored.0, dz, low)",
        ],
    ),
    "gradient of a convolution of what is held": (
        ConvolveInPlacePass,
        HELD_BEFORE,
        ["through, held = BitmapPack(x0)", "dx, dw, db = ConvGradHeld(dz, held, w)"],
    ),
    "gradient of a convolution of what was kept": (
        ConvolveInPlacePass,
        CONV_GRAD_BEFORE,
        ["dx0, dw = ConvGradInPlace(dz, x0, w)", "dx = Neg(dx0)"],
    ),
    "gradient of a convolution of what is computed again": (
        ConvolveInPlacePass,
        COMPUTED_BEFORE,
        ["y = Relu(again)", "dx0, dw = ConvGradInPlace(dz, y, w)"],
    ),
    "batch norm whose input nothing needs any more": (
        NormalizeInPlacePass,
        NORM_BEFORE,
        ["n, m0, v0, m, v = BatchNormInPlace(x0, low, low, low, low)", "z = Relu(n)"],
    ),
    "indices of a MaxPool": (
        HoldIndicesPass,
        POOL_BEFORE,
        [
            "indices.index.through, indices.index = IndexPack(z, indices)",
            "dx = MaxPoolIndexGrad(dz, indices.index)",
        ],
    ),
    "MaxPool and its packed indices": (
        FuseMaxPoolsPass,
        PACKED_POOL_BEFORE,
        ["z, held = MaxPoolIndex(x0)", "loss = ReduceMean(z)", "dx = MaxPoolIndexGrad(dz, held)"],
    ),
    "ReLU, its mask and its bitmap": (
        FuseReluPacksPass,
        RELU_PACKS_BEFORE,
        ["u, m, b = ReluPack(x0)", "z = Conv(u, w)", "r = BitmapUnpack(b, dz)", "dx = MaskGrad(dy, m)"],
    ),
    "ReLU and its mask": (
        FuseReluPacksPass,
        RELU_MASK_BEFORE,
        ["t, m = ReluMaskPack(x0)", "u, b = CodedPack(t)", "dx = MaskGrad(dy, m)"],
    ),
}


@pytest.mark.parametrize(("rewrite", "before", "expected"), CASES.values(), ids=CASES)
def test_rewrite(rewrite, before, expected):
    subject = model(before, pooled=rewrite in {HoldIndicesPass, FuseMaxPoolsPass})
    assert rewrite()(subject).modified
    found = nodes(subject)
    assert [line for line in found if line in expected] == expected
    assert is_sorted(subject)
    assert not rewrite()(subject).modified, "a second run changes nothing"
    assert nodes(subject) == found


CHANNEL_BOUNDS = CLIP_BEFORE.replace("(x0, high)", "(x0, w)").replace("(x0, low)", "(x0, w)")
BEHIND_CONV = RELU_PACKS_BEFORE.replace("y = Relu(x0)", "c = Conv(x0, w)\ny = Relu(c)")
BEHIND_CONV_SUM = RELU_PACKS_BEFORE.replace("y = Relu(x0)", "c = Conv(x0, w)\ns = Add(c, x0)\ny = Relu(s)")
REFUSALS = {
    "bounds that are no single number": (HoldMasksPass, CHANNEL_BOUNDS, ""),
    "zeros of what is no float": (CountZerosPass, DROPOUT_BEFORE, ""),
    "few zeros": (HoldBitmapsPass, DENSE_BEFORE, ""),
    "graph output": (HoldBitmapsPass, RELU_BEFORE, f", float[{BIG}] y"),
    "convolution of what is read later": (
        ConvolveInPlacePass,
        CONV_GRAD_BEFORE.replace("dx = Neg(dx0)", "dx = Mul(dx0, x0)"),
        "",
    ),
    "convolution of what a view shows later": (
        ConvolveInPlacePass,
        CONV_GRAD_BEFORE.replace("dx = Neg(dx0)", "flat = Reshape(x0, shape)\ndx = Mul(dx0, flat)"),
        "",
    ),
    "convolution of an output of the graph": (ConvolveInPlacePass, CONV_GRAD_BEFORE, f", float[{BIG}] x0"),
    "convolution of an input of the graph": (
        ConvolveInPlacePass,
        CONV_GRAD_BEFORE.replace("(dz, x0, w)", "(dz, x, w)"),
        "",
    ),
    "gradient of a convolution that is an output itself": (
        ConvolveInPlacePass,
        CONV_GRAD_BEFORE,
        f", float[{BIG}] dx0",
    ),
    "batch norm of what its gradient reads": (
        NormalizeInPlacePass,
        NORM_BEFORE.replace("Neg(dz)", "Mul(dz, x0)"),
        "",
    ),
    "batch norm that is an output itself": (NormalizeInPlacePass, NORM_BEFORE, f", float[{BIG}] n"),
    "convolution that pads itself": (
        ConvolveInPlacePass,
        CONV_GRAD_BEFORE.replace("ConvGrad <pads = [1, 1, 1, 1]>", 'ConvGrad <auto_pad = "SAME_UPPER">'),
        "",
    ),
    "comparison read twice": (
        HoldMasksPass,
        CLIP_BEFORE + "other = Not(both)\n",
        f", bool[{BIG}] other",
    ),
    "MaxPool that is read beside its Pack": (
        FuseMaxPoolsPass,
        PACKED_POOL_BEFORE + "other = Neg(p)\n",
        f", float[{HALF}] other",
    ),
    "MaxPool whose size is another in the file": (
        FuseMaxPoolsPass,
        PACKED_POOL_BEFORE.replace("strides = [2, 2]", "strides = [2, 1]"),
        "",
    ),
    "ReLU behind a Conv": (FuseReluPacksPass, BEHIND_CONV, ""),
    "ReLU behind the sum of a Conv and more": (FuseReluPacksPass, BEHIND_CONV_SUM, ""),
    "ReLU read twice": (FuseReluPacksPass, RELU_PACKS_BEFORE + "other = Neg(y)\n", f", float[{BIG}] other"),
    "ReLU that is a graph output": (FuseReluPacksPass, RELU_PACKS_BEFORE, f", float[{BIG}] y"),
    "mask of a range": (FuseReluPacksPass, RELU_PACKS_BEFORE.replace("positive", "within"), ""),
}


@pytest.mark.parametrize(("rewrite", "before", "outputs"), REFUSALS.values(), ids=REFUSALS)
def test_refusal_leaves_the_graph_alone(rewrite, before, outputs):
    subject = model(before, outputs=outputs)
    untouched = nodes(subject)
    assert not rewrite()(subject).modified
    assert nodes(subject) == untouched


def test_each_buffer_gets_a_first_dim_of_its_own():
    subject = model(RELU_BEFORE)
    assert SeparateBuffersPass()(subject).modified
    shapes = {value.name: value.shape for node in subject.graph for value in node.outputs}
    assert str(shapes["dz"][0]) == "batch_8_buffer_1"
    assert str(shapes["dy"][0]) == "batch_8_buffer_2"
    assert shapes["y"][0] == 8, "a fixed shape of the forward half would be found again"
    assert shapes["dx"][0] == 8, "an output of the graph keeps its dims"
    assert not SeparateBuffersPass()(subject).modified


def test_what_may_go_over_its_input_has_the_same_dims():
    subject = model(CONV_GRAD_BEFORE)
    assert ConvolveInPlacePass()(subject).modified
    SeparateBuffersPass()(subject)
    assert "dx0, dw = ConvGradInPlace(dz, x0, w)" in nodes(subject)
    shapes = {value.name: value.shape for node in subject.graph for value in node.outputs}
    assert tuple(shapes["x0"]) == tuple(shapes["dx0"])
    assert str(shapes["dz"][0]) == "batch_8_buffer_1"


SUMMED = """
    p = MatMul(x, w)
    i = Identity(p)
    s = Add(i, r)
    y = Relu(s)
    z = MatMul(y, w)
    loss = ReduceMean(z)
    dz = Expand(seed, shape)
    dp = MatMul(dz, w)
    dy = Add(dp, dz)
    ds = com.microsoft.ReluGrad(dy, y)
    last = Neg(ds)
"""


def test_what_the_runtime_may_add_to_a_product_keeps_looking_alike():
    subject = graph(
        SUMMED,
        inputs="float[N, 8] x, float[N, 8] r, float[8, 8] w, float[] seed, int64[2] shape",
        outputs="float loss, float[N, 8] last",
        values=", ".join(f"float[N, 8] {name}" for name in ("p", "i", "s", "y", "z", "dz", "dp", "dy", "ds")),
    )
    SeparateBuffersPass()(subject)
    values = [value for node in subject.graph for value in node.outputs if value.shape]
    first = {value.name: str(value.shape[0]) for value in values}
    assert first["p"] == first["i"] == "N", "the forward half keeps its dims"
    assert first["dp"] == first["dz"] == "N_buffer_0"
    assert first["s"] == first["y"], "Relu works in place"
    assert len({"N", "N_buffer_0", *(first[name] for name in ("y", "z", "dy", "ds"))}) == 6


def test_a_restored_tensor_with_two_readers_is_given_to_the_last():
    subject = model(HELD_BEFORE.replace("dx, dw, db", "dy, dw") + "dx = Add(dy, restored)\n")
    assert not ConvolveInPlacePass()(subject).modified
    first = "mean = ReduceMean(restored)\ndz2 = Add(dz, mean)\n"
    body = HELD_BEFORE.replace("dx, dw, db", f"{first}dx0, dw").replace(
        "(dz, restored, w)", "(dz2, restored, w)"
    )
    subject = model(body + "dx = Neg(dx0)\n")
    assert ConvolveInPlacePass()(subject).modified
    assert "dx0, dw = ConvGradInPlace(dz2, restored, w)" in nodes(subject)


def test_a_convolution_without_a_gradient_of_its_input_is_left_alone():
    subject = model(CONV_GRAD_BEFORE.replace("Neg(dx0)", "Neg(dz)"))
    (gradient,) = (node for node in subject.graph if node.op_type == "ConvGrad")
    gradient.outputs[0].name = ""
    assert not ConvolveInPlacePass()(subject).modified


def test_an_excluded_stash_keeps_its_memory():
    subject = model(CONV_GRAD_BEFORE)
    assert not ConvolveInPlacePass(Config(exclude=["x0"]))(subject).modified
