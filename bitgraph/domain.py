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
CONV_GRAD_IN_PLACE = "ConvGradInPlace"
CONV_GRAD_HELD = "ConvGradHeld"
COUNT_ZEROS = "CountZeros"
RELU_MASK_PACK = "ReluMaskPack"
RELU_PACK = "ReluPack"

PACKS = frozenset({BITMAP_PACK, BITS_PACK, MASK_PACK, INDEX_PACK, CODED_PACK})
"""Operators that hold a stash; output 0 is an alias of input 0, output 1 is the held form."""

ALIASES = PACKS | {BARRIER}
"""Operators whose output 0 always is input 0, in its buffer."""

IN_PLACE: Mapping[str, int] = {
    MASK_GRAD: 0,
    BATCH_NORM_MASK_GRAD: 0,
    BATCH_NORM_GRAD: 0,
    CONV_GRAD_IN_PLACE: 1,
    RELU_MASK_PACK: 0,
    RELU_PACK: 0,
}
"""Operators whose output 0 takes the buffer of this input over when nothing else needs it."""

CONV_GRADS = frozenset({CONV_GRAD_IN_PLACE, CONV_GRAD_HELD})
"""Gradients of a convolution, with the inputs and outputs of ConvGrad."""

GRADIENTS = CONV_GRADS | {BATCH_NORM_GRAD}
"""Gradients with the outputs of the runtime's own: none of them is a held form."""

METADATA_KEY = "bitgraph.version"
"""Model metadata entry that marks an optimized graph."""

ZEROS_KEY = "bitgraph.expected_zeros"
"""Metadata entry of a BitmapPack or ReluPack: the fraction of zeros that was planned with."""

REPEATS_KEY = "bitgraph.repeats"
"""Metadata entry of a node that is computed again: the name of the first one."""

BACKWARD_SUFFIX = "_backward"
"""What a symbolic dim is called in the backward half, so that no dead forward buffer looks alike."""

FIXED_BATCH_PREFIX = "batch_"
"""What stands before the number when the dim was not symbolic before."""

BATCH_KEY = "bitgraph.batch"
"""Metadata entry that notes the batch a model is meant for."""
