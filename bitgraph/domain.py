"""Names that the passes, the native library and the reference operators share, written once."""

from collections.abc import Mapping

DOMAIN = "bitgraph"
"""Domain of the custom operators."""

VERSION = 1
"""Opset version of the domain."""

BARRIER = "Barrier"
BITMAP_PACK = "BitmapPack"
BITMAP_UNPACK = "BitmapUnpack"
BITS_PACK = "BitsPack"
BITS_UNPACK = "BitsUnpack"
MASK_PACK = "MaskPack"
CODED_PACK = "CodedPack"
MASK_GRAD = "MaskGrad"
INDEX_PACK = "IndexPack"
MAX_POOL_INDEX = "MaxPoolIndex"
MAX_POOL_INDEX_GRAD = "MaxPoolIndexGrad"
BATCH_NORM_RECOMPUTE = "BatchNormRecompute"
BATCH_NORM_MASK_GRAD = "BatchNormMaskGrad"
BATCH_NORM_GRAD = "BatchNormGrad"
BATCH_NORM_IN_PLACE = "BatchNormInPlace"
LAYER_NORM_GRAD = "LayerNormGrad"
DROPOUT_PACK = "DropoutPack"
DROPOUT_BITS_GRAD = "DropoutBitsGrad"
CONV_GRAD_IN_PLACE = "ConvGradInPlace"
CONV_GRAD_HELD = "ConvGradHeld"
COUNT_ZEROS = "CountZeros"
MUL_IN_PLACE = "MulInPlace"
RUN_IN_PLACE = "RunInPlace"
RELU_MASK_PACK = "ReluMaskPack"
RELU_PACK = "ReluPack"
STREAM = "Stream"
STREAM_PACK = "StreamPack"

BATCH_NORMS = frozenset({"BatchNormInternal", BATCH_NORM_IN_PLACE})
"""Batch normalization in training mode, the runtime's own and that with Y in the memory of X."""

STREAMS = frozenset({STREAM, STREAM_PACK})
"""Operators that run the program in their attribute ``program`` by samples."""

PACKS = frozenset({BITMAP_PACK, BITS_PACK, MASK_PACK, INDEX_PACK, CODED_PACK})
"""Operators that hold a stash; output 0 is an alias of input 0, output 1 is the held form."""

ALIASES = PACKS | {BARRIER}
"""Operators whose output 0 always is input 0, in its buffer."""

IN_PLACE: Mapping[str, int] = {
    MASK_GRAD: 0,
    BATCH_NORM_MASK_GRAD: 0,
    BATCH_NORM_GRAD: 0,
    BATCH_NORM_IN_PLACE: 0,
    LAYER_NORM_GRAD: 0,
    DROPOUT_PACK: 0,
    DROPOUT_BITS_GRAD: 0,
    CONV_GRAD_IN_PLACE: 1,
    MUL_IN_PLACE: 0,
    RUN_IN_PLACE: 0,
    RELU_MASK_PACK: 0,
    RELU_PACK: 0,
    STREAM: 0,
}
"""Operators whose output 0 takes the buffer of this input over when nothing else needs it."""

CONV_GRADS = frozenset({CONV_GRAD_IN_PLACE, CONV_GRAD_HELD})
"""Gradients of a convolution, with the inputs and outputs of ConvGrad."""

GRADIENTS = CONV_GRADS | {BATCH_NORM_GRAD, LAYER_NORM_GRAD}
"""Gradients with the outputs of the runtime's own: none of them is a held form."""

STREAMING = GRADIENTS | STREAMS | {BATCH_NORM_IN_PLACE, DROPOUT_PACK, DROPOUT_BITS_GRAD, RUN_IN_PLACE}
"""Operators that stand where the runtime's own gradients, norms, convolutions, sums and Dropout stood, in
place or by samples."""

IN_PLACE_RUNS = frozenset(
    {
        "Add",
        "BiasGeluGrad_dX",
        "FastGeluGrad",
        "GeluGrad",
        "LogSoftmaxGrad_13",
        "SigmoidGrad",
        "SoftmaxGrad_13",
        "TanhGrad",
    }
)
"""Operators of the runtime that a RunInPlace may run: its attribute ``op``."""

KEEP = "keep"
"""Attribute of a Stream: 1 where what a batch norm's gradient reads is kept between its two passes, whatever
its size, rather than computed twice."""

METADATA_KEY = "bitgraph.version"
"""Model metadata entry that marks an optimized graph."""

PLAN_KEY = "bitgraph.plan"
"""Model metadata entry that says how each stash is held, as JSON."""

OPTIONS_KEY = "bitgraph.options"
"""Model metadata entry with the options that were given, as JSON."""

ZEROS_KEY = "bitgraph.expected_zeros"
"""Metadata entry of a BitmapPack or ReluPack: the fraction of zeros that was planned with."""

PRUNED_KEY = "bitgraph.pruned"
"""Metadata entry of a ThresholdedRelu that was a Relu: the fraction of zeros that it was pruned to."""

REPEATS_KEY = "bitgraph.repeats"
"""Metadata entry of a node that is computed again: the name of the first one. That of a Stream has a line
for each node of its program, empty where it repeats none."""

STANDS_FOR_KEY = "bitgraph.stands_for"
"""Metadata entry of a node of ours that takes as long as the runtime's own: the name of that node."""

BATCH_KEY = "bitgraph.batch"
"""Metadata entry that notes the batch a model is meant for."""
