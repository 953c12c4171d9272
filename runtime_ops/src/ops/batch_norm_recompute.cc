// BatchNormRecompute(X, scale, bias, mean, inv_std, trigger) -> Y: the output of batch normalization in
// training mode and of the activation behind it, from what the gradient keeps. The trigger is not read: it
// fixes when this runs.
//   activation  "none", "relu" or "clip" with low and high
//   epsilon     of the normalization, for a runtime whose arithmetic is not the formula's
#include "ops/batch_norm_mask.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct BatchNormRecompute {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "BatchNormRecompute", 6, {kFloat, kFloat, kFloat, kFloat, kFloat, {Dtype::undefined}}, 1, {kFloat}};

  Activation activation;
  StockBatchNorm stock;

  Problem create(const Attributes& attributes) {
    if (Problem problem = stock.create(attributes)) return problem;
    return read_activation(attributes, "activation", activation);
  }

  Problem compute(const Context& context) const {
    BatchNormInputs inputs;
    if (Problem problem = read_batch_norm(context, 0, inputs)) return problem;
    void* data = nullptr;
    if (Problem problem = context.output(0, inputs.shape, data)) return problem;
    if (data == nullptr) return {};
    return recompute(context, stock, activation, inputs, static_cast<float*>(data));
  }
};

}  // namespace

const ort::CustomOp* batch_norm_recompute_op() {
  static const CustomOpOf<BatchNormRecompute> op;
  return &op;
}

}  // namespace bitgraph
