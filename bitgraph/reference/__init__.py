"""The operators of the domain in NumPy, for ``onnx.reference.ReferenceEvaluator``.

>>> from onnx import TensorProto, helper
>>> from onnx.reference import ReferenceEvaluator
>>> import numpy as np
>>> node = helper.make_node("BitmapPack", ["x"], ["y", "held"], domain="bitgraph")
>>> ReferenceEvaluator(node, new_ops=list(OPS)).run(None, {"x": np.ones(4, np.float32)})[1].size
80
"""

from onnx.reference.op_run import OpRun

from bitgraph.reference.barrier import Barrier
from bitgraph.reference.batch_norm_grad import BatchNormGrad
from bitgraph.reference.batch_norm_in_place import BatchNormInPlace
from bitgraph.reference.batch_norm_mask_grad import BatchNormMaskGrad
from bitgraph.reference.batch_norm_recompute import BatchNormRecompute
from bitgraph.reference.bitmap_pack import BitmapPack
from bitgraph.reference.bitmap_unpack import BitmapUnpack
from bitgraph.reference.bits_pack import BitsPack
from bitgraph.reference.bits_unpack import BitsUnpack
from bitgraph.reference.coded_pack import CodedPack
from bitgraph.reference.conv_grad import ConvGradHeld, ConvGradInPlace
from bitgraph.reference.count_zeros import CountZeros
from bitgraph.reference.dropout import DropoutBitsGrad, DropoutPack
from bitgraph.reference.index_pack import IndexPack
from bitgraph.reference.layer_norm_grad import LayerNormGrad
from bitgraph.reference.mask_grad import MaskGrad
from bitgraph.reference.mask_pack import MaskPack
from bitgraph.reference.max_pool_index import MaxPoolIndex
from bitgraph.reference.max_pool_index_grad import MaxPoolIndexGrad
from bitgraph.reference.mul_in_place import MulInPlace
from bitgraph.reference.relu_mask_pack import ReluMaskPack
from bitgraph.reference.relu_pack import ReluPack
from bitgraph.reference.run_in_place import RunInPlace
from bitgraph.reference.stream import Stream, StreamPack

OPS: list[type[OpRun]] = [
    Barrier,
    BitmapPack,
    BitmapUnpack,
    BitsPack,
    BitsUnpack,
    MaskPack,
    CodedPack,
    MaskGrad,
    IndexPack,
    MaxPoolIndex,
    MaxPoolIndexGrad,
    BatchNormRecompute,
    BatchNormMaskGrad,
    BatchNormGrad,
    BatchNormInPlace,
    LayerNormGrad,
    ConvGradInPlace,
    ConvGradHeld,
    CountZeros,
    MulInPlace,
    DropoutPack,
    DropoutBitsGrad,
    ReluMaskPack,
    ReluPack,
    RunInPlace,
    Stream,
    StreamPack,
]
"""All operators. Pass a copy as ``new_ops``: the evaluator appends operators of its own to it."""

__all__ = ["OPS"]
