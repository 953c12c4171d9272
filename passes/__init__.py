"""The rewrites, one deed a file; each is an onnx_ir pass that can be used alone."""

from bitgraph.passes.broadcast_expands import BroadcastExpandsPass
from bitgraph.passes.convolve_in_place import ConvolveInPlacePass
from bitgraph.passes.count_zeros import CountZerosPass
from bitgraph.passes.differentiate_in_place import DifferentiateInPlacePass
from bitgraph.passes.differentiate_norms import DifferentiateNormsPass
from bitgraph.passes.fuse_dropout_packs import FuseDropoutPacksPass
from bitgraph.passes.fuse_max_pools import FuseMaxPoolsPass
from bitgraph.passes.fuse_relu_packs import FuseReluPacksPass
from bitgraph.passes.hold_bitmaps import HoldBitmapsPass
from bitgraph.passes.hold_bits import HoldBitsPass
from bitgraph.passes.hold_coded import HoldCodedPass
from bitgraph.passes.hold_conditions import HoldConditionsPass
from bitgraph.passes.hold_indices import HoldIndicesPass
from bitgraph.passes.hold_masks import HoldMasksPass
from bitgraph.passes.keep_norm_inputs import KeepNormInputsPass
from bitgraph.passes.multiply_in_place import MultiplyInPlacePass
from bitgraph.passes.normalize_in_place import NormalizeInPlacePass
from bitgraph.passes.prune_activations import PruneActivationsPass
from bitgraph.passes.recompute import RecomputePass
from bitgraph.passes.sample_activations import SampleActivationsPass
from bitgraph.passes.separate_buffers import SeparateBuffersPass
from bitgraph.passes.stream_convolutions import StreamConvolutionsPass
from bitgraph.passes.stream_gradients import StreamGradientsPass
from bitgraph.passes.sum_in_place import SumInPlacePass

__all__ = [
    "BroadcastExpandsPass",
    "ConvolveInPlacePass",
    "CountZerosPass",
    "DifferentiateInPlacePass",
    "DifferentiateNormsPass",
    "FuseDropoutPacksPass",
    "FuseMaxPoolsPass",
    "FuseReluPacksPass",
    "HoldBitmapsPass",
    "HoldBitsPass",
    "HoldCodedPass",
    "HoldConditionsPass",
    "HoldIndicesPass",
    "HoldMasksPass",
    "KeepNormInputsPass",
    "MultiplyInPlacePass",
    "NormalizeInPlacePass",
    "PruneActivationsPass",
    "RecomputePass",
    "SampleActivationsPass",
    "SeparateBuffersPass",
    "StreamConvolutionsPass",
    "StreamGradientsPass",
    "SumInPlacePass",
]
