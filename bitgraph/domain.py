"""Names that the passes, the native library and the reference operators share, written once."""

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
MAX_POOL_INDEX_GRAD = "MaxPoolIndexGrad"
BATCH_NORM_RECOMPUTE = "BatchNormRecompute"
BATCH_NORM_MASK_GRAD = "BatchNormMaskGrad"
BATCH_NORM_GRAD = "BatchNormGrad"
COUNT_ZEROS = "CountZeros"
RELU_MASK_PACK = "ReluMaskPack"
RELU_PACK = "ReluPack"

PACKS = frozenset({BITMAP_PACK, BITS_PACK, MASK_PACK, INDEX_PACK, CODED_PACK})
"""Operators that hold a stash; output 0 is an alias of input 0, output 1 is the held form."""

ALIASES = PACKS | {BARRIER}
"""Operators whose output 0 always is input 0, in its buffer."""

IN_PLACE = frozenset({MASK_GRAD, BATCH_NORM_MASK_GRAD, BATCH_NORM_GRAD, RELU_MASK_PACK, RELU_PACK})
"""Operators whose output 0 takes the buffer of input 0 over when nothing else needs it."""

METADATA_KEY = "bitgraph.version"
"""Model metadata entry that marks an optimized graph."""

ZEROS_KEY = "bitgraph.expected_zeros"
"""Metadata entry of a BitmapPack or ReluPack: the fraction of zeros that was planned with."""

BACKWARD_SUFFIX = "_backward"
"""What a symbolic dim is called in the backward half, so that no dead forward buffer looks alike."""

FIXED_BATCH_PREFIX = "batch_"
"""What stands before the number when the dim was not symbolic before."""

BATCH_KEY = "bitgraph.batch"
"""Metadata entry that notes the batch a model is meant for."""
