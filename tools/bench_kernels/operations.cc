#include "operations.h"

#include "ops/ops.h"

namespace bitgraph::bench {

const std::vector<Operation>& operations() {
  using Series = std::vector<Operation::Series>;
  const Series floats = {{"float32", {0.5}}, {"float64", {0.5}}, {"float16", {0.5}}};
  const Series widths = {
      {"float32", {0, 0.5, 0.7, 0.9}}, {"float64", {0.5}}, {"float16", {0.5}}, {"uint8", {0.5}}};
  const Series bools = {{"bool", {0.5}}}, windows = {{"float32", {0}}}, planes = {{"float32", {0.5}}},
               peers = {{"float32", {0.5, 0.7, 0.9}}};
  static const std::vector<Operation> all = {
      {"pack", prepare_pack, widths},
      {"bittrain_pack", prepare_bittrain_pack, peers, true},
      {"relu_pack", prepare_relu_pack, planes},
      {"relu_then_pack", prepare_relu_then_pack, planes},
      {"unpack", prepare_unpack, widths},
      {"bittrain_unpack", prepare_bittrain_unpack, peers, true},
      {"mask", prepare_mask, floats},
      {"mask_grad", prepare_mask_grad, floats},
      {"coded_encode", prepare_coded_encode, windows},
      {"coded_decode", prepare_coded_decode, windows},
      {"bn_recompute", prepare_bn_recompute, planes},
      {"bn_grad", prepare_bn_grad, planes},
      {"bits", prepare_bits, bools},
      {"bits_unpack", prepare_bits_unpack, bools},
      {"index", prepare_index, windows},
      {"pool_grad", prepare_pool_grad, windows},
  };
  return all;
}

}  // namespace bitgraph::bench
