"""The rewrites, one deed a file; each is an onnx_ir pass that can be used alone."""

from bitgraph.passes.convolve_in_place import ConvolveInPlacePass
from bitgraph.passes.count_zeros import CountZerosPass
from bitgraph.passes.differentiate_norms import DifferentiateNormsPass
from bitgraph.passes.fuse_max_pools import FuseMaxPoolsPass
from bitgraph.passes.fuse_relu_packs import FuseReluPacksPass
from bitgraph.passes.hold_bitmaps import HoldBitmapsPass
from bitgraph.passes.hold_bits import HoldBitsPass
from bitgraph.passes.hold_coded import HoldCodedPass
from bitgraph.passes.hold_indices import HoldIndicesPass
from bitgraph.passes.hold_masks import HoldMasksPass
from bitgraph.passes.recompute import RecomputePass
from bitgraph.passes.rename_backward_batch import RenameBackwardBatchPass

__all__ = [
    "ConvolveInPlacePass",
    "CountZerosPass",
    "DifferentiateNormsPass",
    "FuseMaxPoolsPass",
    "FuseReluPacksPass",
    "HoldBitmapsPass",
    "HoldBitsPass",
    "HoldCodedPass",
    "HoldIndicesPass",
    "HoldMasksPass",
    "RecomputePass",
    "RenameBackwardBatchPass",
]
