// Every operator of the library, as ONNX Runtime's structs. They live as long as the process.
#pragma once

#include "ort_abi.h"

namespace bitgraph {

const ort::CustomOp* batch_norm_grad_op();
const ort::CustomOp* batch_norm_in_place_op();
const ort::CustomOp* batch_norm_mask_grad_op();
const ort::CustomOp* batch_norm_recompute_op();
const ort::CustomOp* bitmap_pack_op();
const ort::CustomOp* bitmap_unpack_op();
const ort::CustomOp* bits_pack_op();
const ort::CustomOp* bits_unpack_op();
const ort::CustomOp* coded_pack_op();
const ort::CustomOp* conv_grad_held_op();
const ort::CustomOp* conv_grad_in_place_op();
const ort::CustomOp* count_zeros_op();
const ort::CustomOp* dropout_bits_grad_op();
const ort::CustomOp* dropout_pack_op();
const ort::CustomOp* layer_norm_grad_op();
const ort::CustomOp* mask_grad_op();
const ort::CustomOp* index_pack_op();
const ort::CustomOp* max_pool_index_op();
const ort::CustomOp* max_pool_index_grad_op();
const ort::CustomOp* mul_in_place_op();
const ort::CustomOp* relu_mask_pack_op();
const ort::CustomOp* relu_pack_op();
const ort::CustomOp* run_in_place_op();
const ort::CustomOp* stream_op();
const ort::CustomOp* stream_pack_op();

// One struct for each element type: an operator with several inputs of one type has to name the type.
constexpr int kFloatTypes = 4;
const ort::CustomOp* barrier_op(int i);
const ort::CustomOp* mask_pack_op(int i);

}  // namespace bitgraph
